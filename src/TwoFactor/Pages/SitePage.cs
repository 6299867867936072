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

/// <summary>How far the person is: the two dots.</summary>
public enum SignInProgress
{
    None,
    First,
    Second,
    Both,
}

/// <summary>What is wrong at one field.</summary>
public sealed record FieldProblem(string Field, string Text);

/// <summary>What every page has: its title, its dots, at most one problem and one note.</summary>
public abstract class SitePage : PageModel
{
    private readonly List<FieldProblem> fieldProblems = [];
    private SiteContext? site;
    private string? title;
    private FlashMessage? flash;
    private bool isKept;

    /// <summary>Set before a handler is chosen.</summary>
    internal SiteContext Site
    {
        get => site ?? throw new InvalidOperationException("A page is asked for through the pipeline, which gives it its context.");
        set => site = value;
    }

    /// <summary>The page's one heading, and the browser's title.</summary>
    public string Title
    {
        get => title ?? throw new InvalidOperationException("A page has a title.");
        protected set => title = value;
    }

    public virtual SignInProgress SignInProgress => SignInProgress.None;

    /// <summary>"Step 1 of 2", where there are steps.</summary>
    public virtual string? StepWords => null;

    /// <summary>The problem is all that this page has to say: it stands as the page's own text, not above it.</summary>
    public virtual bool ShowsOnlyProblem => false;

    /// <summary>Whom to contact stands at the end of a page, unless the page says it already.</summary>
    public virtual bool MentionsSupport =>
        $"{Problem?.Title} {Problem?.Text} {Problem?.Below} {Flash}".Contains(Brand.SupportText, StringComparison.Ordinal);

    /// <summary>What happened, what was kept, what to do next. Stands first on the page.</summary>
    public Sentence? Problem { get; private set; }

    public IReadOnlyList<FieldProblem> FieldProblems => fieldProblems;

    /// <summary>What the last act came to, shown once.</summary>
    public virtual string? Flash => flash is { } message ? FlashFor(message) : null;

    public CurrentSession? Me => HttpContext.CurrentSession();

    public Brand Brand => Site.Brand;

    /// <summary>Whether mails go out, or an admin must hand them on.</summary>
    public bool IsMailSetUp => Site.Mail.IsSetUp;

    protected Cookies Cookies => Site.Cookies;

    protected TextContext TextContext => Site.Text;

    /// <summary>The numbers that the note speaks of.</summary>
    protected IReadOnlyList<int> FlashNumbers { get; private set; } = [];

    /// <summary>A page that is about somebody else names them.</summary>
    protected virtual string FlashFor(FlashMessage message) => FlashText.For(message, TextContext);

    public string? ProblemAt(string field) =>
        fieldProblems.Find(problem => string.Equals(problem.Field, field, StringComparison.Ordinal))?.Text;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (Cookies.HasSaved(HttpContext) && await Site.SavedForms.FillAsync(this))
        {
            isKept = true;
            Cookies.ForgetSaved(HttpContext);
        }

        await base.OnPageHandlerExecutionAsync(context, next);
    }

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        flash = Cookies.TakeFlash(HttpContext, out var numbers);
        FlashNumbers = numbers;
        flash = isKept ? FlashMessage.FormKept : flash;
        if (HttpContext.Items.ContainsKey(AntiforgeryCheck.FormTooOld))
        {
            Problem = CommonText.FormTooOld;
        }
    }

    /// <summary>The page again, with what is wrong.</summary>
    /// <param name="field">The id of the field that the sentence's text belongs to; null: to none.</param>
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

    /// <summary>The page again, with something wrong at several fields.</summary>
    protected PageResult Refused(string heading, params IReadOnlyList<FieldProblem> problems)
    {
        Problem = new Sentence(heading);
        fieldProblems.AddRange(problems);
        return Page();
    }

    /// <summary>To another page, which shows the note once.</summary>
    protected IActionResult RedirectWithFlash(string path, FlashMessage message)
    {
        Cookies.SetFlash(HttpContext, message);
        return LocalRedirect(path);
    }

    /// <summary>A code first. What was typed is kept, and its page comes back with it.</summary>
    /// <param name="purpose">As it stands in the address of the proof.</param>
    protected async Task<IActionResult> ProveFirstAsync(string purpose)
    {
        await FormSaving.SaveAsync(HttpContext, Me!);
        return LocalRedirect(purpose is "accounts"
            ? $"/proof?for={purpose}&returnUrl={Uri.EscapeDataString(HttpContext.Request.Path)}"
            : $"/proof?for={purpose}");
    }

    /// <summary>Signed in: the new session goes into its cookie, what led to it is forgotten.</summary>
    /// <param name="device">Null: this browser is not a known one by it.</param>
    /// <param name="goesOnLater">The sign-in has more pages before it goes on: where to stays known.</param>
    protected void BeginSession(Keys.Token session, Keys.Token? device, bool goesOnLater = false)
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
