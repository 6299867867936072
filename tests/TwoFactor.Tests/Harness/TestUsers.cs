namespace TwoFactor.Tests.Harness;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Storage;
using Xunit;

/// <summary>How people come in: invited by an admin's page, or added on the console.</summary>
public static class TestUsers
{
    /// <summary>An admin invites; the person accepts, unless told otherwise.</summary>
    public static async Task<TestUser> InviteAsync(App app, TestUser admin, string userName, bool accept = true)
    {
        var user = new TestUser(app, userName, $"{userName}@acme.example");
        var form = await admin.Browser.GetAsync("/admin/accounts/new");
        var detail = await admin.Browser.SubmitAsync(form, ("username", userName), ("email", user.Mail), ("name", userName));
        Assert.StartsWith("/admin/accounts/", detail.Path, StringComparison.Ordinal);
        if (accept)
        {
            await user.AcceptInvitationAsync();
        }

        return user;
    }

    /// <summary>What <c>account add</c> does.</summary>
    public static async Task<TestUser> AddAsync(App app, string userName, Role role)
    {
        var user = new TestUser(app, userName, $"{userName}@acme.example");
        await app.AskAsync(services => services.GetRequiredService<Invitations>().InviteAsync(
            null, new InvitationRequest(userName, user.Mail, userName, role), Actor.Console, TestContext.Current.CancellationToken));
        await user.AcceptInvitationAsync();
        return user;
    }
}
