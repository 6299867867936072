namespace TwoFactor.Audit;

/// <summary>The text and the properties of one kind of event.</summary>
/// <param name="words">What people read; docs/audit.md has the same text.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class AuditKindAttribute(string words) : Attribute
{
    public string Words => words;

    /// <summary>Whether somebody was refused, or something is wrong.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>
    /// Whether a stranger can cause it at will. Then only the first one in a minute is an event at once; the further ones of the same
    /// account and minute become one event, whose number is their count.
    /// </summary>
    public bool IsTallied { get; init; }
}
