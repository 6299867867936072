namespace TwoFactor.Mail.Messages;

/// <summary>
/// A mail that notifies an owner of a change. It goes to every address, carries a link that stops the change, and is shown on the account
/// page until acknowledged.
/// </summary>
/// <param name="NotMe">What the link's page asks about: "Was … not you?".</param>
public abstract record OwnerNotice(string Name, string NotMe) : MailKind(Name, NotMe)
{
    public sealed override bool IsNotice => true;
}

/// <inheritdoc/>
/// <typeparam name="T">The details that the mail tells.</typeparam>
/// <param name="Write">Writes its text.</param>
public sealed record OwnerNotice<T>(string Name, string NotMe, Func<Brand, T, NoticeText> Write) : OwnerNotice(Name, NotMe);

/// <summary>For a notice without details.</summary>
public sealed record NoDetails
{
    public static NoDetails Value { get; } = new();
}

/// <summary>The text of one notice. All notices have one form: the fact, when and where, "Was it you?", "Not you?".</summary>
/// <param name="Subject">The fact in a few words, at most 128 characters. It is shown on the account page too.</param>
/// <param name="Fact">In whole sentences.</param>
public sealed record NoticeText(string Subject, string Fact)
{
    /// <summary>Lines that come before those that every notice has.</summary>
    public IReadOnlyList<(string Label, string Value)> Details { get; init; } = [];

    /// <summary>The agent and the reason, when an agent did it; shown instead of the browser.</summary>
    public ResetFacts? Agent { get; init; }

    public string WasItYou { get; init; } = "Nothing to do.";

    /// <summary>The page that <see cref="WasItYou"/> leads to.</summary>
    public string? WasItYouPage { get; init; }

    /// <summary>A further question, what to do then, and the page for it.</summary>
    public (string Question, string Answer, string Page)? Also { get; init; }

    /// <summary>Whether the event shows that somebody knows the password.</summary>
    public bool TellsOfPassword { get; init; }
}
