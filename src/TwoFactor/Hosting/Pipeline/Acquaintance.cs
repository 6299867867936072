namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.Authorization;
using TwoFactor.Accounts;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Web.Requests;

/// <summary>
/// Whether the browser of a request shows something that we gave it and that still works: a session, a sign-in under way, a link, or the
/// mark of a known browser. Everybody else is a stranger.
/// </summary>
internal sealed class Acquaintance(Cookies cookies, PendingSignIns pendings, Tickets tickets, Addresses addresses, Devices devices)
{
    private static readonly string[] NotMeKinds = [.. MailKinds.ByNotMeTicket.Keys];

    public async Task<bool> IsStrangerAsync(HttpContext context) =>
        context.CurrentSession() is null
        && context.Parked() is null
        && !await HasSignInAsync(context)
        && !await HasLinkAsync(context)
        && !await IsKnownBrowserAsync(context);

    private async Task<bool> HasSignInAsync(HttpContext context) =>
        await pendings.FindAsync(cookies.PendingSignIn.Read(context), context.RequestAborted) is { } pending && pendings.IsOpen(pending);

    private async Task<bool> HasLinkAsync(HttpContext context)
    {
        (TokenCookie Cookie, string[] Kinds)[] links =
        [
            (cookies.Setup, [TicketKinds.Setup]), (cookies.Invitation, [TicketKinds.Invitation]),
            (cookies.PasswordLink, [TicketKinds.PasswordLink]), (cookies.Ticket, [TicketKinds.Reset]), (cookies.NotMe, NotMeKinds),
            (cookies.ConfirmMail, [TicketKinds.Address, TicketKinds.SecondAddress]),
        ];
        foreach (var (cookie, kinds) in links)
        {
            if (await tickets.FindAsync(cookie.Read(context), context.RequestAborted, kinds) is TicketState.Valid)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The mark of a known browser belongs to one account, so the form must say whose. It is read only where everybody may post one.
    /// </summary>
    private async Task<bool> IsKnownBrowserAsync(HttpContext context)
    {
        if (cookies.Device.Read(context) is not { } device
            || !context.Request.HasFormContentType
            || context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null
            || await FormReading.RefuseAsync(context.Request, mostFiles: 0) is not null)
        {
            return false;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = await addresses.FindAsync(form["username"].ToString(), context.RequestAborted);

        // The device is looked up for nobody too: the time of the answer must not tell who has an account.
        return await devices.FindAsync(account?.Id ?? Guid.Empty, device, context.RequestAborted) != Devices.Unknown;
    }
}
