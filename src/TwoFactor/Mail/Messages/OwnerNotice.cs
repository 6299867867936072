namespace TwoFactor.Mail.Messages;

/// <summary>
/// A mail that tells an owner of a change: at every address, with a link that stops it, and on the account page until acknowledged.
/// </summary>
/// <param name="NotMe">What the link's page asks about: "Was … not you?".</param>
public abstract record OwnerNotice(string Name, string NotMe) : MailKind(Name, NotMe)
{
    public sealed override bool IsNotice => true;
}

/// <inheritdoc/>
/// <typeparam name="T">What the story knows and the mail tells.</typeparam>
/// <param name="Write">Its words.</param>
public sealed record OwnerNotice<T>(string Name, string NotMe, Func<Brand, T, NoticeText> Write) : OwnerNotice(Name, NotMe);

/// <summary>That it happened is all there is to tell.</summary>
public sealed record NoDetails
{
    public static NoDetails Value { get; } = new();
}

/// <summary>The words of one notice. All have one shape: the fact, when and where, "Was it you?", "Not you?".</summary>
/// <param name="Subject">The fact in a few words, at most 128 characters: it stands on the account page too.</param>
/// <param name="Fact">In whole sentences.</param>
public sealed record NoticeText(string Subject, string Fact)
{
    /// <summary>Lines before those that every notice has.</summary>
    public IReadOnlyList<(string Label, string Value)> Details { get; init; } = [];

    /// <summary>Who did it, of what an agent does: told in place of the browser.</summary>
    public ResetFacts? Agent { get; init; }

    public string WasItYou { get; init; } = "Nothing to do.";

    /// <summary>The page that <see cref="WasItYou"/> leads to.</summary>
    public string? WasItYouPage { get; init; }

    /// <summary>A further question, what to do then, and the page for it.</summary>
    public (string Question, string Answer, string Page)? Also { get; init; }

    /// <summary>Whoever it was, if not the owner, has the password.</summary>
    public bool TellsOfPassword { get; init; }
}
