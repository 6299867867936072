namespace TwoFactor.Tests.Harness;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using Xunit;

/// <summary>How people come in: invited by an admin's page, or added on the console.</summary>
public static class People
{
    /// <summary>An admin invites; the person accepts, unless told otherwise.</summary>
    public static async Task<Person> InviteAsync(App app, Person admin, string userName, bool accept = true)
    {
        var person = new Person(app, userName, $"{userName}@acme.example");
        var form = await admin.Browser.GetAsync("/admin/accounts/new");
        var detail = await admin.Browser.SubmitAsync(form, ("username", userName), ("email", person.Mail), ("name", userName));
        Assert.StartsWith("/admin/accounts/", detail.Path, StringComparison.Ordinal);
        if (accept)
        {
            await person.AcceptInvitationAsync();
        }

        return person;
    }

    /// <summary>What <c>account add</c> does.</summary>
    public static async Task<Person> AddAsync(App app, string userName, Role role)
    {
        var person = new Person(app, userName, $"{userName}@acme.example");
        await app.AskAsync(services => services.GetRequiredService<Invitations>().InviteAsync(
            null, new InvitationRequest(userName, person.Mail, userName, role), Origin.Console, TestContext.Current.CancellationToken));
        await person.AcceptInvitationAsync();
        return person;
    }
}
