namespace TwoFactor.Web.Text;

using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;

/// <summary>An account's state in words, in addresses, and as the shape that stands beside the word.</summary>
public static class States
{
    public static string Text(AccountState state) => state switch
    {
        AccountState.NotEnrolled => "Not enrolled",
        AccountState.Invited => "Invited",
        AccountState.Enrolled => "Enrolled",
        AccountState.Waiting => "Waiting",
        AccountState.Closed => "Closed",
        AccountState.Held => "Held",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>"Held: reset open"</summary>
    public static string Text(AccountState state, HeldBy held) => held switch
    {
        HeldBy.None => Text(state),
        _ when held.HasFlag(HeldBy.Disabled) => "Held: switched off",
        _ when held.HasFlag(HeldBy.Frozen) => "Held: frozen",
        _ => "Held: reset open",
    };

    /// <summary>In addresses and on the command line: "not-enrolled".</summary>
    public static string Slug(AccountState state) => Text(state).ToLowerInvariant().Replace(' ', '-');

    /// <summary>What such a word says at the head of its people: "Not enrolled".</summary>
    public static string Heading(string slug) => char.ToUpperInvariant(slug[0]) + slug[1..].Replace('-', ' ');

    public static AccountState? Parse(string? slug) =>
        Enum.GetValues<AccountState>().Where(state => string.Equals(Slug(state), slug, StringComparison.Ordinal)).Cast<AccountState?>()
            .FirstOrDefault();

    public static string Text(Listing listing) => listing switch
    {
        Listing.Late => "Late",
        Listing.ResetOpen => "Reset open",
        Listing.NeverInvited => "Not invited yet",
        Listing.WithoutRecoveryCodes => "Without recovery codes",
        _ => Text((AccountState)listing),
    };

    /// <summary>As the states have theirs; who was never invited is "never".</summary>
    public static string Slug(Listing listing) =>
        listing is Listing.NeverInvited ? "never" : Text(listing).ToLowerInvariant().Replace(' ', '-');

    public static Listing? ParseListing(string? slug) =>
        Enum.GetValues<Listing>().Where(listing => string.Equals(Slug(listing), slug, StringComparison.Ordinal)).Cast<Listing?>()
            .FirstOrDefault();

    /// <summary>The class of the pill.</summary>
    public static string Pill(AccountState state) => state switch
    {
        AccountState.Enrolled => "ok",
        AccountState.NotEnrolled => "empty",
        AccountState.Invited => "half",
        AccountState.Waiting => "warn",
        _ => "bad",
    };
}
