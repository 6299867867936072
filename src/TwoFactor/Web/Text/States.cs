namespace TwoFactor.Web.Text;

using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;

/// <summary>An account's state as text, in addresses, and as the shape of its pill.</summary>
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

    public static string Text(Listing listing) => listing switch
    {
        Listing.Late => "Late",
        Listing.ResetOpen => "Reset open",
        Listing.NeverInvited => "Not invited yet",
        Listing.WithoutRecoveryCodes => "Without recovery codes",
        _ => Text((AccountState)listing),
    };

    /// <summary>The slug of a listing, in addresses and on the command line; "never" for people who were never invited.</summary>
    public static string Slug(Listing listing) =>
        listing is Listing.NeverInvited ? "never" : Text(listing).ToLowerInvariant().Replace(' ', '-');

    public static Listing? ParseListing(string? slug) =>
        Enum.GetValues<Listing>().Where(listing => string.Equals(Slug(listing), slug, StringComparison.Ordinal)).Cast<Listing?>()
            .FirstOrDefault();

    /// <summary>The CSS class of the pill.</summary>
    public static string Pill(AccountState state) => state switch
    {
        AccountState.Enrolled => "ok",
        AccountState.NotEnrolled => "empty",
        AccountState.Invited => "half",
        AccountState.Waiting => "warn",
        _ => "bad",
    };
}
