namespace TwoFactor.Mail;

using System.Globalization;
using TwoFactor.Keys;

/// <summary>The letters about what an agent does, alone or with a second person, to the owner and to those who watch.</summary>
public sealed partial class MailMessages
{
    /// <param name="pass">As its owner types it.</param>
    /// <param name="endsAt">Unix seconds.</param>
    public MailMessage Pass(Recipient to, string pass, long endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"This is your pass to sign in to {brand.Name} once without your phone. Enter it after your password, under \"Use a recovery code\":", publicUrl.Link("/sign-in"))
            .Fact("Your pass", pass)
            .Fact("Your username", to.UserName)
            .Fact("Who and why", "The help desk gave you a pass. Another mail says who gave it and why.")
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Fact("The pass works once, until", Moment(endsAt))
            .Asks("Was it you?", "Use the pass. Give it to nobody, not even to the person who sent it.")
            .Asks("Not you?", "Do not use the pass. The other mail has a link that stops it.");
        return Finish(MailKinds.Pass, to, "Sign in without your phone: your pass", body);
    }

    public MailMessage PassGiven(Recipient to, ResetFacts facts, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = Build(
                new MailBody()
                    .Says($"{to.Name},")
                    .Says($"The help desk gave you a pass to sign in to {brand.Name} once without your phone. It needs your password, and your phone works as before."),
                facts)
            .Asks("Was it you?", "Nothing to do. Your pass comes in a second mail, or is handed to you in person.")
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(MailKinds.PassGiven, to, "The help desk gave you a pass", body);
    }

    public MailMessage PassUsed(NotificationContext context) => Build(
        MailKinds.PassUsed, context, "Your pass was used",
        $"Somebody signed in to {brand.Name} as you, with your password and your pass. It does not work again. From now on your phone is needed, as before.");

    /// <summary>To the owner, before anything is held: one agent is not enough.</summary>
    /// <param name="ripeAt">From when the agent may go on alone, in Unix seconds; null: a second person must approve.</param>
    public MailMessage HelpAsked(Recipient to, ResetFacts facts, Token notMe, bool isPass, long? ripeAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(notMe);
        var what = What(isPass);
        var then = ripeAt is { } at ? $"It can go on from {Moment(at)}, unless you stop it." : "A second person must approve it.";
        var body = Build(
                new MailBody().Says($"{to.Name},").Says($"The help desk was asked for {what} to {brand.Name}. Nothing has changed yet. {then}"), facts)
            .Asks("Was it you?", Nothing)
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(MailKinds.HelpAsked, to, $"The help desk was asked for {what}", body);
    }

    /// <summary>To whoever could approve; where nobody can, to the admins, who could object.</summary>
    /// <param name="ripeAt">From when it goes on without anybody, in Unix seconds.</param>
    /// <param name="endsAt">Unix seconds.</param>
    public MailMessage SecondWanted(Recipient to, string targetName, string targetUserName, ResetFacts facts, bool isPass, long? ripeAt, long endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        var what = isPass ? "A pass" : "A reset";
        var body = Build(
                new MailBody()
                    .Says($"{to.Name},")
                    .Says(ripeAt is { } at
                        ? $"{what} for {targetName} at {brand.Name} was asked for. There is nobody to approve it: it can go on from {Moment(at)}, unless somebody stops it."
                        : $"{what} for {targetName} at {brand.Name} waits for a second person until {Moment(endsAt)}.")
                    .Fact("Account", $"{targetName} ({targetUserName})"),
                facts)
            .Asks("Will you look?", $"Ask {targetName} in person, or on a number that you already have. Then approve or stop it here:", publicUrl.Link("/admin/resets"));
        return Finish(MailKinds.SecondWanted, to, ripeAt is null ? $"{what} waits for a second person" : $"{what} was asked for", body);
    }

    /// <param name="by">The agent.</param>
    /// <param name="isFrozen">A freeze stays.</param>
    public MailMessage ResetStoppedByDesk(NotificationContext context, string by, string why, bool isFrozen = false) => Build(
        MailKinds.ResetStopped, context, "The reset of your sign-in was stopped",
        $"The help desk stopped the reset of your sign-in to {brand.Name}. Your ticket is void, and " + (isFrozen ? "your sign-in stays stopped, until the help desk has spoken with you." : "everything is as before."),
        facts: body => body.Fact("Who", by).Fact("Why", why));

    /// <summary>A link for a new password that an agent sends to the owner.</summary>
    /// <param name="endsAt">Unix seconds.</param>
    public MailMessage PasswordLinkFromDesk(Recipient to, Token link, string by, long endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(link);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"The help desk sends you a link for a new password at {brand.Name}. Choose it here:", Link("/reset-password/", link))
            .Fact("Your username", to.UserName)
            .Fact("Who", by)
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Fact("The link works until", Moment(endsAt))
            .Asks("Was it you?", "Open the link above. Signing in still takes a code.")
            .Asks("Not you?", "Nothing to do. Nothing was changed, and only this link could. Give it to nobody, not even to the person who sent it.");
        return Finish(MailKinds.PasswordLink, to, "Choose a new password", body);
    }

    /// <param name="by">Who changed it, as the value of "Who".</param>
    public MailMessage RoleChanged(NotificationContext context, string from, string to, string by) => Build(
        MailKinds.RoleChanged, context, "Your role was changed", $"The role of your account at {brand.Name} was changed. All sessions have ended.",
        facts: body => body.Fact("Before", from).Fact("Now", to).Fact("Who", by));

    /// <summary>To the other admins, when somebody becomes an admin or is one no longer.</summary>
    public MailMessage RoleNotice(Recipient admin, string targetName, string targetUserName, string from, string to, string by)
    {
        ArgumentNullException.ThrowIfNull(admin);
        var body = new MailBody()
            .Says($"{admin.Name},")
            .Says($"The role of {targetName}'s account at {brand.Name} was changed.")
            .Fact("Account", $"{targetName} ({targetUserName})")
            .Fact("Before", from)
            .Fact("Now", to)
            .Fact("Who", by)
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Asks("Did you expect this?", Nothing)
            .Asks("Not expected?", "Ask whoever did it, on a number that you already have. What happened stands in the audit log:", publicUrl.Link("/admin/audit"));
        return Finish(MailKinds.RoleNotice, admin, to is "admin" ? "There is a new admin" : "An admin is one no longer", body);
    }

    public MailMessage AccountDeleted(Recipient to, string by)
    {
        ArgumentNullException.ThrowIfNull(to);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"Your account at {brand.Name} was deleted. Nobody can sign in with it, and its secrets are erased. Delete its line in your authenticator app.")
            .Fact("Your username", to.UserName)
            .Fact("Who", by)
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Asks("Did you expect this?", Nothing)
            .Asks("Not expected?", $"Contact {brand.SupportText}. Who that is stands here, too:", publicUrl.Link("/sign-in/help"));
        return Finish(MailKinds.AccountDeleted, to, "Your account was deleted", body);
    }

    /// <summary>To the admins, once a day.</summary>
    public MailMessage AgentLimit(Recipient admin, string agentName, string agentUserName, int most)
    {
        ArgumentNullException.ThrowIfNull(admin);
        var body = new MailBody()
            .Says($"{admin.Name},")
            .Says(string.Create(CultureInfo.InvariantCulture, $"{agentName} started {most} resets and passes within 24 hours, and wanted more. Further ones are refused."))
            .Fact("Agent", $"{agentName} ({agentUserName})")
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Asks("Is it a busy day?", "They can go on tomorrow, or somebody else helps.")
            .Asks("Is it not?", $"Ask {agentName}, and look at the audit log; somebody may use their session:", publicUrl.Link("/admin/audit"));
        return Finish(MailKinds.AgentLimit, admin, "Many resets by one agent", body);
    }

    /// <summary>To the owner, after "not me" was pressed in a mail: whoever did it had the mailbox.</summary>
    public MailMessage SignInStopped(Recipient to, string browser)
    {
        ArgumentNullException.ThrowIfNull(to);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"Your sign-in to {brand.Name} was stopped. Nobody can sign in as you until {brand.SupportText} has spoken with you.")
            .Fact("Your username", to.UserName)
            .Fact("Who and why", "Somebody said in a mail to you that a change was not theirs.")
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Fact("Browser", browser)
            .Asks("Was it you?", $"Contact {brand.SupportText}, who has been told.")
            .Asks("Not you?", $"Somebody reads your mail. Contact {brand.SupportText}. Who that is stands here, too:", publicUrl.Link("/sign-in/help"));
        return Finish(MailKinds.SignInStopped, to, "Your sign-in was stopped", body);
    }

    /// <summary>To the admins, and to whoever had asked for a reset or a pass.</summary>
    /// <param name="askers">Whose requests ended with it.</param>
    public MailMessage StopNotice(Recipient agent, string targetName, string targetUserName, IReadOnlyList<string> askers)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(askers);
        var body = new MailBody()
            .Says($"{agent.Name},")
            .Says($"{targetName} says that a change at {brand.Name} was not theirs. Nobody can sign in as {targetName} until a reset, and what was asked for is over.")
            .Fact("Account", $"{targetName} ({targetUserName})")
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()));
        if (askers.Count > 0)
        {
            body.Fact("Asked for by", string.Join(", ", askers));
        }

        body.Asks("What now?", $"Speak with {targetName}, on a number that you already have. What happened stands in the audit log:", publicUrl.Link("/admin/audit"));
        return Finish(MailKinds.StopNotice, agent, "Somebody said “not me”", body);
    }

    private static string What(bool isPass) => isPass ? "a pass for your sign-in" : "a reset of your sign-in";
}
