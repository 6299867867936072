namespace TwoFactor.Audit;

using System.Globalization;

/// <summary>The text of an event for people: the words of its kind (<see cref="AuditKinds"/>), and the meaning of its number.</summary>
public static class AuditText
{
    /// <summary>Every kind, sorted by the words that people read.</summary>
    public static IReadOnlyList<string> InOrder { get; } =
        [.. AuditKindTable.All.OrderBy(kind => kind.Value.Words, StringComparer.Ordinal).Select(kind => kind.Key)];

    public static bool Knows(string kind) => AuditKindTable.All.ContainsKey(kind);

    /// <summary>The words of a kind; for a kind that a newer version wrote, the stored word itself.</summary>
    public static string For(string kind) => AuditKindTable.All.TryGetValue(kind, out var entry) ? entry.Words : kind;

    /// <summary>Whether somebody was refused, or something is wrong.</summary>
    public static bool IsRefusal(string kind) => AuditKindTable.All.TryGetValue(kind, out var entry) && entry.IsRefusal;

    /// <summary>The meaning of an event's number, in words; null when there is nothing to say.</summary>
    public static string? Remark(string kind, long? number) => (kind, number) switch
    {
        (_, null) => null,
        (AuditKinds.CodeWrong, < 0) => Say($"fits {Count(-number.Value, "half minute")} back: the phone's clock is slow"),
        (AuditKinds.CodeWrong, > 0) => Say($"fits {Count(number.Value, "half minute")} ahead: the phone's clock is fast"),
        (AuditKinds.MailSetAside, 1) => "it was altered in the database",
        (AuditKinds.MailSetAside, 2) => "its address is none",
        (AuditKinds.MailSetAside, 3) => "it was tried for too long",
        (AuditKinds.MailSetAside, 4) => "the mail server does not take such an address",
        (AuditKinds.MailSetAside, _) => Say($"the mail server answered {number.Value}"),
        (AuditKinds.AddressChanged or AuditKinds.AddressPutBack, 2) => "the second one",
        (AuditKinds.AddressChanged or AuditKinds.AddressPutBack, _) => null,
        (AuditKinds.AlarmSchema, _) => Count(number.Value, "object"),
        (AuditKinds.AlarmChainBroken, _) => Say($"at event {number.Value:N0}"),
        (AuditKinds.AuditPruned, _) => Say($"up to event {number.Value:N0}"),
        (AuditKinds.AccountsExported, _) => Count(number.Value, "account"),
        (AuditKinds.AuditExported, _) => Count(number.Value, "event"),
        (AuditKinds.AlarmEventTag, _) => Count(number.Value, "row"),
        (AuditKinds.MailRetried, _) => Count(number.Value, "letter"),
        (AuditKinds.AlarmClock, < 0) => Say($"codes of {Count(-number.Value, "account")} were too old"),
        (AuditKinds.AlarmClock, _) => Say($"codes of {Count(number.Value, "account")} were too new"),
        _ when AuditKindTable.Tallied.Contains(kind) => Say($"{number.Value:N0} more in that minute"),
        _ => null,
    };

    private static string Count(long number, string of) => Say($"{number:N0} {of}{(number == 1 ? "" : "s")}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
