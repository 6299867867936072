namespace TwoFactor.Audit;

using System.Collections.Frozen;
using System.Reflection;

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

/// <summary>All kinds, read from the attributes of <see cref="AuditKinds"/>.</summary>
public static class AuditKindList
{
    /// <summary>Every entry, by its word.</summary>
    public static readonly FrozenDictionary<string, AuditKindAttribute> All = typeof(AuditKinds)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
        .ToFrozenDictionary(
            field => (string)field.GetRawConstantValue()!,
            field => field.GetCustomAttribute<AuditKindAttribute>()
                ?? throw new InvalidOperationException($"The kind {field.Name} has no words."),
            StringComparer.Ordinal);

    /// <summary>The kinds whose events are counted by the minute.</summary>
    public static readonly FrozenSet<string> Tallied =
        All.Where(kind => kind.Value.IsTallied).Select(kind => kind.Key).ToFrozenSet(StringComparer.Ordinal);
}
