namespace TwoFactor.Mail.Messages;

using System.Globalization;

/// <summary>Every notice to an owner, each with all its words. A story sends one by <c>OwnerNotifications.Notify</c>.</summary>
public static class OwnerNotices
{
    private static readonly List<OwnerNotice> Entries = [];

    public static OwnerNotice<string> NewAuthenticator { get; } =
        Add<string>("new-authenticator", notMe: "a new authenticator", (brand, label) =>
            new("A new authenticator was added", $"A new authenticator was added to your account at {brand.Name}.")
            {
                Details = [("Authenticator", label), ("Who and why", "Whoever added it knew your password and entered its first code.")],
            });

    public static OwnerNotice<string> AuthenticatorRemoved { get; } =
        Add<string>("authenticator-removed", notMe: "the removal of an authenticator", (brand, label) =>
            new(
                "An authenticator was removed",
                $"An authenticator was removed from your account at {brand.Name}. Its codes work no longer.")
            {
                Details = [("Authenticator", label)],
                WasItYou = "Nothing to do. Delete its line in the app.",
            });

    public static OwnerNotice<PasswordChangedBy> PasswordChanged { get; } =
        Add<PasswordChangedBy>("password-changed", notMe: "a new password", (brand, by) =>
            new("Your password was changed", $"The password of your account at {brand.Name} was changed. All other sessions have ended.")
            {
                Details = [("Who and why", by is PasswordChangedBy.Session
                    ? "Whoever changed it was signed in as you, and had confirmed that with a code or a recovery code."
                    : "Whoever changed it had a link for a new password, by mail or from the server.")],
            });

    public static OwnerNotice<ChangedAddress> AddressChanged { get; } =
        Add<ChangedAddress>("address-changed", notMe: "a new mail address", (brand, change) =>
            new("Your mail address was changed",
                $"The {(change.IsSecond ? "second mail address" : "mail address")} of your account at {brand.Name} was changed. "
                    + $"Until {MailLayout.Moment(change.CoolingOffEnds)} mails still go where they went before.")
            {
                Details = [("Before", change.From ?? "none"), ("Now", change.To ?? "none"), ("Who and why", change.Agent is { } agent
                    ? $"{agent}, who looks after accounts here"
                    : "Whoever changed it was signed in as you, and entered a code.")],
            });

    /// <summary>It does not count yet: its link must be opened first.</summary>
    public static OwnerNotice<EnteredAddress> AddressEntered { get; } =
        Add<EnteredAddress>("address-entered", notMe: "a new mail address", (brand, entered) =>
            new("A new mail address was entered",
                $"A new {(entered.IsSecond ? "second mail address" : "mail address")} was entered for your account at {brand.Name}. It "
                    + "counts once the link that we sent there is opened. Until then everything stays as it is.")
            {
                Details = [("New address", entered.Mail), ("Who and why", "Whoever entered it was signed in as you, and entered a code.")],
            });

    /// <summary>The detail is the number of unused codes of the set.</summary>
    public static OwnerNotice<int> RecoveryCodeUsed { get; } =
        Add<int>("recovery-code-used", notMe: "the use of a recovery code", (brand, left) =>
        {
            var are = left == 1 ? "1 is left" : string.Create(CultureInfo.InvariantCulture, $"{left} are left");
            return new(
                $"A recovery code was used, {are}",
                $"Somebody signed in to {brand.Name} as you, with your password and one of your recovery codes. {are}.")
            {
                WasItYou = left > 2 ? "Nothing to do." : "Make new recovery codes soon:",
                WasItYouPage = left > 2 ? null : "/account/recovery-codes",
            };
        });

    public static OwnerNotice<NoDetails> NewRecoveryCodes { get; } =
        Add<NoDetails>("new-recovery-codes", notMe: "a set of new recovery codes", (brand, _) =>
            new(
                "New recovery codes were saved",
                $"New recovery codes were saved for your account at {brand.Name}. All older ones stopped working."));

    /// <summary>
    /// Sent at the first wait after wrong codes, which only somebody who knows the password can type. The detail is their number.
    /// </summary>
    public static OwnerNotice<long> WrongCodes { get; } =
        Add<long>("wrong-codes", notMe: "somebody typing wrong codes after your password", (brand, count) =>
        {
            var codes = string.Create(CultureInfo.InvariantCulture, $"{count} wrong codes");
            return new(
                $"{codes} on your account",
                $"Somebody signed in to {brand.Name} with your password, and then typed {codes}. Nobody got in by them. The next "
                    + "tries have to wait.")
            {
                WasItYou = "Nothing to do. Check that your phone sets its clock by itself.",
                TellsOfPassword = true,
            };
        });

    public static OwnerNotice<NoDetails> SwitchedOff { get; } =
        Add<NoDetails>("switched-off", notMe: "somebody typing wrong codes after your password", (brand, _) =>
            new("Your authenticator was switched off",
                $"After many wrong codes your authenticator at {brand.Name} was switched off. Its codes work no longer. Where you are "
                    + "signed in, you stay so.")
            {
                WasItYou = $"Sign in with a recovery code, if you saved some, and set up a new one; or contact {brand.SupportText}.",
                TellsOfPassword = true,
            });

    public static OwnerNotice<ResetFacts> ResetStarted { get; } =
        Add<ResetFacts>("reset-started", notMe: "a reset of your sign-in", (brand, facts) =>
            new("The help desk started a reset of your sign-in",
                $"The help desk started a reset of your sign-in to {brand.Name}. "
                    + "Your sessions have ended, and your codes stop working until you set up again.")
            {
                Agent = facts,
                WasItYou = "Nothing to do. Your ticket comes in a second mail, or is handed to you in person.",
                Also = ("Still have your phone?", "Sign in and cancel it with a code:", "/sign-in"),
            });

    /// <summary>The detail is the agent who stopped it; null when the owner did.</summary>
    public static OwnerNotice<AgentStop?> ResetStopped { get; } =
        Add<AgentStop?>("reset-stopped", notMe: "the end of a reset of your sign-in", (brand, agent) =>
            new("The reset of your sign-in was stopped", agent switch
            {
                null => $"The reset of your sign-in to {brand.Name} was stopped with your password and a code from your phone. "
                    + "Everything is as before.",
                { IsFrozen: true } => $"The help desk stopped the reset of your sign-in to {brand.Name}. Your ticket is void, and "
                    + "your sign-in stays stopped, until the help desk has spoken with you.",
                _ => $"The help desk stopped the reset of your sign-in to {brand.Name}. Your ticket is void, and everything is as before.",
            })
            {
                Details = agent is null ? [] : [("Who", agent.By), ("Why", agent.Why)],
            });

    public static OwnerNotice<ResetFacts> PassGiven { get; } =
        Add<ResetFacts>("pass-given", notMe: "a pass to sign in without your phone", (brand, facts) =>
            new("The help desk gave you a pass",
                $"The help desk gave you a pass to sign in to {brand.Name} once without your phone. It needs your password, and your "
                    + "phone works as before.")
            {
                Agent = facts,
                WasItYou = "Nothing to do. Your pass comes in a second mail, or is handed to you in person.",
            });

    public static OwnerNotice<NoDetails> PassUsed { get; } =
        Add<NoDetails>("pass-used", notMe: "a pass to sign in without your phone", (brand, _) =>
            new("Your pass was used",
                $"Somebody signed in to {brand.Name} as you, with your password and your pass. It does not work again. From now on "
                    + "your phone is needed, as before."));

    /// <summary>Sent before anything is held, because one agent is not enough.</summary>
    public static OwnerNotice<AskedHelp> ResetAsked { get; } =
        Add<AskedHelp>("help-asked", notMe: "a reset of your sign-in", (brand, asked) =>
            Asked("a reset of your sign-in", brand, asked));

    /// <inheritdoc cref="ResetAsked"/>
    public static OwnerNotice<AskedHelp> PassAsked { get; } =
        Add<AskedHelp>("pass-asked", notMe: "a pass to sign in without your phone", (brand, asked) =>
            Asked("a pass for your sign-in", brand, asked));

    public static OwnerNotice<ChangedRole> RoleChanged { get; } =
        Add<ChangedRole>("role-changed", notMe: "a new role of your account", (brand, role) =>
            new("Your role was changed", $"The role of your account at {brand.Name} was changed. All sessions have ended.")
            {
                Details = [("Before", role.From), ("Now", role.To), ("Who", role.By)],
            });

    /// <summary>An admin ended all sessions. The account itself works as before.</summary>
    public static OwnerNotice<ResetFacts> SessionsEnded { get; } =
        Add<ResetFacts>("sessions-ended", notMe: "the end of all your sessions", (brand, facts) =>
            new("Your sessions were ended", $"All your sessions at {brand.Name} were ended. You can sign in again as before.")
            {
                Agent = facts,
            });

    public static IReadOnlyList<OwnerNotice> All => Entries;

    private static NoticeText Asked(string what, Brand brand, AskedHelp asked)
    {
        var then = asked.NotBefore is { } at
            ? $"It can go on from {MailLayout.Moment(at)}, unless you stop it."
            : "A second person must approve it.";
        return new(
            $"The help desk was asked for {what}",
            $"The help desk was asked for {what} to {brand.Name}. Nothing has changed yet. {then}")
        { Agent = asked.Facts };
    }

    private static OwnerNotice<T> Add<T>(string name, string notMe, Func<Brand, T, NoticeText> write)
    {
        var entry = new OwnerNotice<T>(name, notMe, write);
        Entries.Add(entry);
        return entry;
    }
}
