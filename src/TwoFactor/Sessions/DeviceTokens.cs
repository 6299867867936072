namespace TwoFactor.Sessions;

using TwoFactor.Keys;

/// <summary>
/// What makes a browser a known one: a token for each person who completed a sign-in there. It says nothing about whose they are.
/// </summary>
/// <param name="Values">The one that was renewed last stands at the end.</param>
public sealed record DeviceTokens(IReadOnlyList<Token> Values)
{
    /// <summary>How many people one browser remembers. A further one takes the place of whoever signed in longest ago.</summary>
    public const int Most = 5;

    private const char Between = '.';

    /// <summary>Reads what <see cref="Reveal"/> wrote. A part that is no token is left out. Returns null when no token is left.</summary>
    public static DeviceTokens? Parse(string? text) =>
        text?.Split(Between, Most + 1).Take(Most).Select(Token.Parse).OfType<Token>().ToList() is { Count: > 0 } tokens
            ? new(tokens)
            : null;

    /// <summary>The text of a cookie.</summary>
    public string Reveal() => string.Join(Between, Values.Select(token => token.Reveal()));

    public override string ToString() => "(hidden)";
}
