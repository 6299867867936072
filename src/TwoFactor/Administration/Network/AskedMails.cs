namespace TwoFactor.Administration.Network;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Networks;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Whether a mail that somebody without a session asks for may be sent, as far as all such mails together go.</summary>
public sealed class AskedMails(StrangerMails strangers, Devices devices, Tickets tickets)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Runs what may send the mail, and counts it if it was sent.</summary>
    /// <param name="account">The account that was named; an empty id when there is none. The work is the same.</param>
    /// <param name="device">What a known browser asks for is not limited here.</param>
    /// <param name="send">Gets whether a mail may be sent, and returns whether it was.</param>
    public async Task SendAsync(
        Guid account, DeviceTokens? device, Actor actor, Func<bool, Task<bool>> send, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(send);
        var isKnown = await devices.FindAsync(account, device, cancellation) != Devices.Unknown;
        var isFirst = !await tickets.WasMailedAsync(account, Day, cancellation);
        if (isKnown)
        {
            await send(true);
            return;
        }

        var place = strangers.TryTake(ClientNetwork.Of(actor), isFirst);
        var wasSent = false;
        try
        {
            wasSent = await send(place is not null);
        }
        finally
        {
            if (!wasSent)
            {
                place?.Return();
            }
        }
    }
}
