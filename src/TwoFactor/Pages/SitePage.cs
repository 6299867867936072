namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Pages.Requests;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>How far the sign-in is, as the two dots show it.</summary>
public enum SignInProgress
{
    None,
    First,
    Second,
    Both,
}

/// <summary>A problem at one field.</summary>
public sealed record FieldProblem(string Field, string Text);

/// <summary>What every page has: a title, its progress, at most one problem and one message.</summary>
public abstract class SitePage : PageModel
{
    private readonly List<FieldProblem> fieldProblems = [];
    private SiteContext? site;
    private string? title;
    private FlashMessage? flash;
    private bool isFormRestored;

    /// <summary>Set by <see cref="GiveSiteContext"/> before a handler is chosen.</summary>
    internal SiteContext Site
    {
        get => site ?? throw new InvalidOperationException("The page has no context. GiveSiteContext sets it for every page.");
        set => site = value;
    }

    /// <summary>The page's one heading, and the browser's title.</summary>
    public string Title
    {
        get => title ?? throw new InvalidOperationException("The page has no title. Its handler must set one.");
        protected set => title = value;
    }

    public virtual SignInProgress SignInProgress => SignInProgress.None;

    /// <summary>"Step 1 of 2", where there are steps.</summary>
    public virtual string? StepText => null;

    /// <summary>Whether the problem is all that the page has to say. It is then the page's own text, and not above it.</summary>
    public virtual bool ShowsOnlyProblem => false;

    /// <summary>Whether the page's text already says whom to contact. Otherwise the end of the page does.</summary>
    public virtual bool MentionsSupport =>
        $"{Problem?.Title} {Problem?.Text} {Problem?.Below} {Flash}".Contains(Brand.SupportText, StringComparison.Ordinal);

    /// <summary>What happened, what was kept, and what to do next. It comes first on the page.</summary>
    public Sentence? Problem { get; private set; }

    public IReadOnlyList<FieldProblem> FieldProblems => fieldProblems;

    /// <summary>The message about the last act, shown once.</summary>
    public virtual string? Flash => flash is { } message ? FlashFor(message) : null;

    public CurrentSession? Me => HttpContext.CurrentSession();

    public Brand Brand => Site.Brand;

    /// <summary>Whether mails are sent; otherwise an admin must pass them on.</summary>
    public bool IsMailSetUp => Site.Mail.IsSetUp;

    protected Cookies Cookies => Site.Cookies;

    protected TextContext TextContext => Site.Text;

    /// <summary>The numbers of the message.</summary>
    protected IReadOnlyList<int> FlashNumbers { get; private set; } = [];

    /// <summary>The text of a message. A page about another account overrides it to name that account.</summary>
    protected virtual string FlashFor(FlashMessage message) => FlashText.For(message, TextContext);

    public string? ProblemAt(string field) =>
        fieldProblems.Find(problem => string.Equals(problem.Field, field, StringComparison.Ordinal))?.Text;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (Cookies.HasSaved(HttpContext) && await Site.SavedForms.FillAsync(this))
        {
            isFormRestored = true;
            Cookies.ForgetSaved(HttpContext);
        }

        await base.OnPageHandlerExecutionAsync(context, next);
    }

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        flash = Cookies.TakeFlash(HttpContext, out var numbers);
        FlashNumbers = numbers;
        flash = isFormRestored ? FlashMessage.FormKept : flash;
        if (HttpContext.Items.ContainsKey(AntiforgeryCheck.FormTooOld))
        {
            Problem = CommonText.FormTooOld;
        }
    }

    /// <summary>Shows the page again with a problem.</summary>
    /// <param name="field">The id of the field that the sentence's text belongs to; null when it belongs to none.</param>
    protected PageResult Refused(Sentence sentence, string? field = null)
    {
        Problem = sentence;
        if (field is not null && sentence.Text is { } text)
        {
            fieldProblems.Add(new FieldProblem(field, text));
        }

        if (sentence.Status != StatusCodes.Status200OK)
        {
            Response.StatusCode = sentence.Status;
        }

        Response.SetRetryAfter(sentence.RetryAfterSeconds);
        return Page();
    }

    /// <summary>Shows the page again with problems at several fields.</summary>
    protected PageResult Refused(string heading, params IReadOnlyList<FieldProblem> problems)
    {
        Problem = new Sentence(heading);
        fieldProblems.AddRange(problems);
        return Page();
    }

    /// <summary>Redirects to another page, which shows the message once.</summary>
    protected IActionResult RedirectWithFlash(string path, FlashMessage message)
    {
        Cookies.SetFlash(HttpContext, message);
        return LocalRedirect(path);
    }

    /// <summary>Asks for a code first. The form is saved, and comes back with what was typed.</summary>
    /// <param name="purpose">The purpose, as it stands in the address of the proof page.</param>
    protected async Task<IActionResult> ProveFirstAsync(string purpose)
    {
        await FormSaving.SaveAsync(HttpContext, Me!);
        return LocalRedirect(purpose is "accounts"
            ? $"/proof?for={purpose}&returnUrl={Uri.EscapeDataString(HttpContext.Request.Path)}"
            : $"/proof?for={purpose}");
    }

    /// <summary>Writes the cookie of a new session and forgets the cookies that led to it.</summary>
    /// <param name="device">Null when the sign-in does not make this browser a known one.</param>
    /// <param name="goesOnLater">Whether more pages follow before the sign-in is complete. The cookie with its destination is then
    /// kept.</param>
    protected void BeginSession(Keys.Token session, DeviceTokens? device, bool goesOnLater = false)
    {
        Cookies.Session.Write(HttpContext, session);
        if (device is not null)
        {
            Cookies.Device.Write(HttpContext, device);
        }

        if (!goesOnLater)
        {
            Cookies.PendingSignIn.Forget(HttpContext);
        }

        Cookies.Ticket.Forget(HttpContext);
    }
}
