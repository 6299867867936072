namespace TwoFactor.Mail;

using TwoFactor.Storage;

/// <summary>The names that people read on pages and in mails.</summary>
/// <param name="Name">What the sign-in is called.</param>
/// <param name="Issuer">What the authenticator app shows.</param>
/// <param name="SupportText">Whom to contact, as the end of "Please contact …": "your help desk" until set.</param>
/// <param name="SupportUrl">An http, https or mailto address; null when there is none.</param>
public sealed record Brand(string Name, string Issuer, string SupportText, string? SupportUrl);

/// <summary>The recipient of a message.</summary>
/// <param name="Name">The display name.</param>
/// <param name="UserName">The name for signing in.</param>
/// <param name="Mail">The mail address.</param>
public sealed record Recipient(Guid Account, string Name, string UserName, string Mail);

/// <summary>What mails say about a reset or a pass.</summary>
/// <param name="By">Who started it, as the beginning of a sentence: "Grace Hopper", "An operator at the server's console".</param>
/// <param name="Reason">In the agent's words.</param>
/// <param name="Verified">How the agent checked who asked, in words.</param>
public sealed record ResetFacts(string By, string? Reason, string? Verified, UnixTime At);

/// <summary>A message in two parts, text and HTML, which say the same.</summary>
/// <param name="Kind">One of <see cref="MailKinds.All"/>.</param>
/// <param name="Text">Wrapped at 72, links alone on their line.</param>
public sealed record MailMessage(MailKind Kind, Guid Account, string To, string ToName, string Subject, string Text, string Html)
{
    /// <summary>Its body may carry a proof, which must not appear in a log.</summary>
    public override string ToString() => $"Mail {Kind} (hidden)";
}
