namespace TwoFactor.Pages.Admin.Resets;

using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.HelpDesk;

/// <summary>The open requests, and the open resets.</summary>
public sealed class IndexModel(HelpRequests requests, OpenResets resets) : SitePage
{
    public IReadOnlyList<OpenRequest> Requests { get; private set; } = [];

    public OpenResetsPage Resets { get; private set; } = new([], null);

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task OnGetAsync([Microsoft.AspNetCore.Mvc.FromQuery] string? after, CancellationToken cancellation)
    {
        Title = "Resets and passes";
        Requests = [.. (await requests.ListAsync(cancellation)).Where(open => AgentAuthorization.MayHelp(Me!.Account, open.Target))];
        Resets = await resets.ListAsync(Me!.Account.Role, after, cancellation);
    }
}
