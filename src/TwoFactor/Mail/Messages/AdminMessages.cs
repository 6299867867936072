namespace TwoFactor.Mail.Messages;

using System.Globalization;
using TwoFactor.Storage;

/// <summary>What becomes of an account that was altered in the database.</summary>
public enum AlteredState
{
    Refused,

    /// <summary>Only counts were set back.</summary>
    CountsHeld,
    Accepted,
}

/// <summary>Mails to admins and to the help desk: what they should look at.</summary>
public sealed class AdminMessages(MailLayout layout)
{
    /// <summary>To every other admin, when the console resets anybody or gives a pass.</summary>
    public MailMessage ResetNotice(Recipient admin, string targetName, string targetUserName, ResetFacts facts, bool isPass = false)
    {
        ArgumentNullException.ThrowIfNull(admin);
        ArgumentNullException.ThrowIfNull(facts);
        var body = MailLayout.Build(
                new MailBody()
                    .Says($"{admin.Name},")
                    .Says(isPass
                        ? $"A pass for {targetName}'s sign-in to {layout.Brand.Name} was given on the server."
                        : $"A reset of {targetName}'s sign-in to {layout.Brand.Name} was started on the server.")
                    .Fact("Account", $"{targetName} ({targetUserName})"),
                facts)
            .Asks("Was it you?", "Nothing to do.")
            .Asks(
                "Not you?",
                $"Ask {targetName}, and whoever looks after the server. What happened stands in the audit log:",
                layout.Page("/admin/audit"));
        return layout.Finish(
            MailKinds.ResetNotice, admin, isPass ? "A pass was given on the server" : "A sign-in is being reset on the server", body);
    }

    /// <summary>To the people who could approve. If nobody can, to the admins, who could object.</summary>
    /// <param name="notBefore">From when it may go on without an approval; null when somebody must approve it.</param>
    public MailMessage ApprovalWanted(
        Recipient to, string targetName, string targetUserName, ResetFacts facts, bool isPass, UnixTime? notBefore, UnixTime endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        var what = isPass ? "A pass" : "A reset";
        var body = MailLayout.Build(
                new MailBody()
                    .Says($"{to.Name},")
                    .Says(notBefore is { } at
                        ? $"{what} for {targetName} at {layout.Brand.Name} was asked for. There is nobody to approve it: it can go on "
                            + $"from {MailLayout.Moment(at)}, unless somebody stops it."
                        : $"{what} for {targetName} at {layout.Brand.Name} waits for a second person until {MailLayout.Moment(endsAt)}.")
                    .Fact("Account", $"{targetName} ({targetUserName})"),
                facts)
            .Asks(
                "Will you look?",
                $"Ask {targetName} in person, or on a number that you already have. Then approve or stop it here:",
                layout.Page("/admin/resets"));
        return layout.Finish(
            MailKinds.SecondWanted, to, notBefore is null ? $"{what} waits for a second person" : $"{what} was asked for", body);
    }

    /// <summary>To the other admins, when somebody gets a role above user, or loses one.</summary>
    public MailMessage RoleNotice(Recipient admin, string targetName, string targetUserName, string from, string to, string by)
    {
        ArgumentNullException.ThrowIfNull(admin);
        var body = new MailBody()
            .Says($"{admin.Name},")
            .Says($"The role of {targetName}'s account at {layout.Brand.Name} was changed.")
            .Fact("Account", $"{targetName} ({targetUserName})")
            .Fact("Before", from)
            .Fact("Now", to)
            .Fact("Who", by)
            .Fact("When", MailLayout.Moment(layout.Now))
            .Asks("Did you expect this?", "Nothing to do.")
            .Asks(
                "Not expected?",
                "Ask whoever did it, on a number that you already have. What happened stands in the audit log:",
                layout.Page("/admin/audit"));
        var subject = (from, to) switch
        {
            (_, "admin") => "There is a new admin",
            ("admin", _) => "An admin is one no longer",
            (_, "helpdesk") => "There is a new help-desk agent",
            _ => "A help-desk agent is one no longer",
        };
        return layout.Finish(MailKinds.RoleNotice, admin, subject, body);
    }

    /// <summary>To the admins, once a day, when an agent wants to do more than the daily limit.</summary>
    public MailMessage AgentLimit(Recipient admin, string agentName, string agentUserName, int most)
    {
        ArgumentNullException.ThrowIfNull(admin);
        var body = new MailBody()
            .Says($"{admin.Name},")
            .Says(string.Create(
                CultureInfo.InvariantCulture,
                $"{agentName} started {most} resets, passes and switch-offs within 24 hours, and wanted more. Further ones are refused."))
            .Fact("Agent", $"{agentName} ({agentUserName})")
            .Fact("When", MailLayout.Moment(layout.Now))
            .Asks("Is it a busy day?", "They can go on tomorrow, or somebody else helps.")
            .Asks(
                "Is it not?", $"Ask {agentName}, and look at the audit log; somebody may use their session:", layout.Page("/admin/audit"));
        return layout.Finish(MailKinds.AgentLimit, admin, "Many resets by one agent", body);
    }

    /// <summary>To the other admins, when an account was changed in the database, and when the console accepts what stands there.</summary>
    /// <param name="parts">What does not fit its seal.</param>
    public MailMessage AccountAltered(Recipient admin, string targetName, string targetUserName, string parts, AlteredState state)
    {
        ArgumentNullException.ThrowIfNull(admin);
        var body = new MailBody()
            .Says($"{admin.Name},")
            .Says($"{targetName}'s account at {layout.Brand.Name} {WhatHappened(state)}")
            .Fact("Account", $"{targetName} ({targetUserName})")
            .Fact("What", parts)
            .Fact("When", MailLayout.Moment(layout.Now))
            .Asks(
                "What now?",
                "Ask whoever looks after the server: audit verify says what was altered, and the page Security of the documentation what "
                    + "to do. What happened stands in the audit log:",
                layout.Page("/admin/audit"));
        return layout.Finish(
            MailKinds.AccountAltered,
            admin,
            state == AlteredState.Accepted ? "An altered account was accepted on the server" : "An account was altered in the database",
            body);
    }

    private static string WhatHappened(AlteredState state) => state switch
    {
        AlteredState.Refused => "was altered in the database. Nobody can use it until that is set right.",
        AlteredState.CountsHeld => "was altered in the database: somebody set back what is counted there, such as wrong codes. What the "
            + "server remembers holds, so that nobody wins a guess, and the account works as before.",
        AlteredState.Accepted => "had been altered in the database. What stands there now was accepted on the server, and everything that "
            + "was open for it has ended.",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>To the admins, and to the agents who had asked for a reset or a pass.</summary>
    /// <param name="askers">The names of the agents whose requests ended.</param>
    public MailMessage StopNotice(Recipient agent, string targetName, string targetUserName, IReadOnlyList<string> askers)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(askers);
        var body = new MailBody()
            .Says($"{agent.Name},")
            .Says($"{targetName} says that a change at {layout.Brand.Name} was not theirs. Nobody can sign in as {targetName} until a "
                + "reset, and what was asked for is over.")
            .Fact("Account", $"{targetName} ({targetUserName})")
            .Fact("When", MailLayout.Moment(layout.Now));
        if (askers.Count > 0)
        {
            body.Fact("Asked for by", string.Join(", ", askers));
        }

        body.Asks(
            "What now?",
            $"Speak with {targetName}, on a number that you already have. What happened stands in the audit log:",
            layout.Page("/admin/audit"));
        return layout.Finish(MailKinds.StopNotice, agent, "Somebody said “not me”", body);
    }
}
