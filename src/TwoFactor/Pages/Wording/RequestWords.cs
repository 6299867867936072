namespace TwoFactor.Pages;

using TwoFactor.Administration;

/// <summary>Who waits for whom until when.</summary>
public static class RequestWords
{
    public static string For(OpenRequest open)
    {
        ArgumentNullException.ThrowIfNull(open);
        var request = open.Request;
        var asked = $"{open.Agent.Name} asked for it on {At(request.AskedAt)}.";
        return (open.Stage, open.HandsOver) switch
        {
            (HelpStage.Approved, { } admin) => $"{asked} {open.Second?.Name} approved it. It waits for {admin.Name} to hand it over, until {At(request.EndsAt)}.",
            (HelpStage.Ripe, { } admin) => $"{asked} Nobody objected. It waits for {admin.Name} to hand it over, until {At(request.EndsAt)}.",
            _ when request.RipeAt is { } ripe => $"{asked} There is nobody to approve it: {open.Agent.Name} can go on from {At(ripe)}, unless somebody stops it.",
            _ => $"{asked} It waits for a second person, until {At(request.EndsAt)}.",
        };
    }

    private static string At(long seconds) => Times.Moment(DateTimeOffset.FromUnixTimeSeconds(seconds));
}
