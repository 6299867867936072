namespace TwoFactor.Web;

using System.Globalization;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Web.Text;

/// <summary>
/// All cookies that the pages set, with names, lifetimes and flags. Each holds one token or a few, or one word with counts, but no
/// personal data.
/// </summary>
/// <remarks>Over https all names carry <c>__Host-</c>, so that no other host can set or widen them (RFC 6265bis §4.1.3.2).</remarks>
public sealed class Cookies(PublicUrl publicUrl)
{
    private const int MostNumbers = 3;

    private static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(30);

    /// <summary>Ends when the browser closes; its row may end earlier.</summary>
    public TokenCookie Session => new(this, "Session", null);

    /// <summary>Lives much longer than the sign-in, so that name and destination survive it.</summary>
    public TokenCookie PendingSignIn => new(this, "SignIn", TimeSpan.FromDays(1));

    public TokenCookie Enrollment => new(this, "Enrollment", TimeSpan.FromHours(1));

    public DeviceCookie Device => new(this, "Device", TimeSpan.FromDays(400));

    public TokenCookie Ticket => new(this, "Ticket", LinkLife);

    public TokenCookie Setup => new(this, "Setup", LinkLife);

    public TokenCookie Invitation => new(this, "Invitation", LinkLife);

    public TokenCookie PasswordLink => new(this, "PasswordLink", LinkLife);

    public TokenCookie ConfirmMail => new(this, "ConfirmMail", LinkLife);

    public TokenCookie NotMe => new(this, "NotMe", LinkLife);

    public string AntiforgeryName => NameOf("Form");

    /// <summary>Ends when the browser closes; its row may end earlier.</summary>
    private TokenCookie SavedForm => new(this, "Kept", null);

    private TokenCookie Flash => new(this, "Note", TimeSpan.FromSeconds(60));

    /// <summary>Leaves a message for the next page: one word of a fixed list, with its numbers.</summary>
    public void SetFlash(HttpContext context, FlashMessage message, params IEnumerable<int> numbers) => context.Response.Cookies.Append(
        NameOf("Note"), string.Join(
            '.', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)).Prepend(message.ToString())), Options(Flash.Life));

    /// <summary>Takes the message that the page before left, once.</summary>
    public FlashMessage? TakeFlash(HttpContext context, out IReadOnlyList<int> numbers)
    {
        numbers = [];
        if (context.Request.Cookies[NameOf("Note")] is not { } text)
        {
            return null;
        }

        Flash.Forget(context);
        var parts = text.Split('.');
        numbers = [.. parts.Skip(1).Take(MostNumbers)
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)];
        return Enum.GetValues<FlashMessage>().Cast<FlashMessage?>()
            .FirstOrDefault(message => string.Equals(message.ToString(), parts[0], StringComparison.Ordinal));
    }

    /// <summary>Marks that a form was saved for this browser's session.</summary>
    public void MarkSaved(HttpContext context) => context.Response.Cookies.Append(NameOf("Kept"), "yes", Options(SavedForm.Life));

    /// <summary>Whether a form was saved.</summary>
    public bool HasSaved(HttpContext context) => SavedForm.Exists(context);

    public void ForgetSaved(HttpContext context) => SavedForm.Forget(context);

    internal string NameOf(string name) => publicUrl.IsHttps ? $"__Host-TwoFactor-{name}" : $"TwoFactor-{name}";

    internal CookieOptions Options(TimeSpan? life) => new()
    {
        Path = "/",
        HttpOnly = true,
        Secure = publicUrl.IsHttps,
        SameSite = SameSiteMode.Lax,
        IsEssential = true,
        MaxAge = life,
    };
}

/// <summary>A cookie that holds one token.</summary>
/// <param name="Life">Null when the cookie lives until the browser closes.</param>
public sealed record TokenCookie(Cookies Cookies, string Name, TimeSpan? Life)
{
    /// <summary>Returns null when the cookie is missing or holds no token.</summary>
    public Token? Read(HttpContext context) => Token.Parse(context.Request.Cookies[Cookies.NameOf(Name)]);

    public bool Exists(HttpContext context) => context.Request.Cookies.ContainsKey(Cookies.NameOf(Name));

    public void Write(HttpContext context, Token token) =>
        context.Response.Cookies.Append(Cookies.NameOf(Name), token.Reveal(), Cookies.Options(Life));

    public void Forget(HttpContext context) => context.Response.Cookies.Delete(Cookies.NameOf(Name), Cookies.Options(null));
}

/// <summary>The cookie that makes a browser a known one, for each person who signed in there.</summary>
public sealed record DeviceCookie(Cookies Cookies, string Name, TimeSpan Life)
{
    /// <summary>Returns null when the cookie is missing or holds no token.</summary>
    public DeviceTokens? Read(HttpContext context) => DeviceTokens.Parse(context.Request.Cookies[Cookies.NameOf(Name)]);

    public void Write(HttpContext context, DeviceTokens tokens) =>
        context.Response.Cookies.Append(Cookies.NameOf(Name), tokens.Reveal(), Cookies.Options(Life));
}
