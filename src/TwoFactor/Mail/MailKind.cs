namespace TwoFactor.Mail;

using TwoFactor.Mail.Messages;

/// <summary>
/// A kind of mail: one entry of <see cref="MailKinds"/> or, if it notifies an owner of a change, of <see cref="OwnerNotices"/>. Each has a
/// row in docs/mails.md.
/// </summary>
/// <param name="Name">As it is stored in rows, at most 24 characters.</param>
/// <param name="NotMe">What its link "this was not me" stops, as the page asks it: "Was … not you?". Null when it has none.</param>
public record MailKind(string Name, string? NotMe = null)
{
    /// <summary>The kind of ticket of its link "this was not me".</summary>
    public string NotMeTicket =>
        NotMe is null ? throw new InvalidOperationException($"The mail {Name} has no link that stops anything.") : $"not-me-{Name}";

    /// <summary>Whether its subject is also shown on the account page, until acknowledged.</summary>
    public virtual bool IsNotice => false;

    public sealed override string ToString() => Name;
}

/// <summary>The kinds of mail.</summary>
public static class MailKinds
{
    private static readonly List<MailKind> Others = [];

    public static MailKind Invitation { get; } = Add(new("invitation", NotMe: "an invitation to your mail address"));

    public static MailKind Reminder { get; } = Add(new("reminder", NotMe: "an invitation to your mail address"));

    public static MailKind Ticket { get; } = Add(new("ticket"));

    public static MailKind Pass { get; } = Add(new("pass"));

    public static MailKind PasswordLink { get; } = Add(new("password-link"));

    public static MailKind AddressLink { get; } = Add(new("address-link"));

    public static MailKind SignInStopped { get; } = Add(new("sign-in-stopped"));

    public static MailKind PasswordSwitchedOff { get; } = Add(new("password-switched-off"));

    public static MailKind AccountDeleted { get; } = Add(new("account-deleted"));

    public static MailKind AccountDisabled { get; } = Add(new("account-disabled"));

    public static MailKind AccountEnabled { get; } = Add(new("account-enabled"));

    public static MailKind ResetNotice { get; } = Add(new("reset-notice"));

    public static MailKind SecondWanted { get; } = Add(new("second-wanted"));

    public static MailKind RoleNotice { get; } = Add(new("role-notice"));

    public static MailKind AgentLimit { get; } = Add(new("agent-limit"));

    public static MailKind StopNotice { get; } = Add(new("stop-notice"));

    public static MailKind AccountAltered { get; } = Add(new("account-altered"));

    public static IReadOnlyList<MailKind> All { get; } = [.. Others, .. OwnerNotices.All];

    /// <summary>The kinds with a link "this was not me", by the kind of ticket of that link.</summary>
    public static IReadOnlyDictionary<string, MailKind> ByNotMeTicket { get; } =
        All.Where(kind => kind.NotMe is not null).ToDictionary(kind => kind.NotMeTicket, StringComparer.Ordinal);

    private static MailKind Add(MailKind kind)
    {
        Others.Add(kind);
        return kind;
    }
}
