namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration.HelpDesk;
using TwoFactor.Storage;

/// <summary>The text of an open request: who waits for whom, and until when.</summary>
public static class RequestText
{
    public static string For(OpenRequest open)
    {
        ArgumentNullException.ThrowIfNull(open);
        var request = open.Request;
        var asked = $"{open.Agent.Name} asked for it on {At(request.AskedAt)}.";
        return (open.Stage, open.HandsOver) switch
        {
            (HelpStage.Approved, { } admin) =>
                $"{asked} {open.Second?.Name} approved it. It waits for {admin.Name} to hand it over, until {At(request.EndsAt)}.",
            (HelpStage.Due, { } admin) =>
                $"{asked} Nobody objected. It waits for {admin.Name} to hand it over, until {At(request.EndsAt)}.",
            _ when request.NotBefore is { } notBefore =>
                $"{asked} When it was asked for there was nobody to approve it: {open.Agent.Name} can go on alone from {At(notBefore)}, "
                    + "unless somebody stops it, or can approve it by then.",
            _ when !open.ApproverHandsOver => $"{asked} It waits for a second person, until {At(request.EndsAt)}.",
            _ => $"{asked} It waits for an admin to approve it, until {At(request.EndsAt)}.",
        };
    }

    private static string At(UnixTime moment) => Times.Moment(moment.ToDateTimeOffset());
}
