namespace TwoFactor.Tests.Administration;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Who may be the second person: nobody whom the first one could have made, or raised, for it.</summary>
public sealed class ApproversTests
{
    private const int Hours = 72;

    private static readonly UnixTime Now = UnixTime.Of(TestHost.Start);
    private static readonly CoolingOffLimits CoolingOff = new() { Hours = Hours };

    /// <summary>Every pair of roles, every age of role and enrollment, against the sentence of the contract.</summary>
    [Fact]
    public void Whoever_approves_outranks_the_target_and_has_role_and_enrollment_for_72_hours()
    {
        UnixTime?[] moments = [null, Ago(Hours + 1), Ago(Hours), Now - TimeSpan.FromHours(Hours) + TimeSpan.FromSeconds(1), Now];
        foreach (var asker in new[] { Role.Helpdesk, Role.Admin })
        {
            foreach (var target in Enum.GetValues<Role>())
            {
                foreach (var adminUntil in moments)
                {
                    var rule = new ApproverRule(Somebody(asker), Somebody(target, adminUntil: adminUntil), CoolingOff, Now);
                    foreach (var role in Enum.GetValues<Role>())
                    {
                        foreach (var roleSince in moments.OfType<UnixTime>())
                        {
                            foreach (var enrolledAt in moments)
                            {
                                var mayHelp = role == Role.Admin || role > target;
                                var wasAdmin = target == Role.Admin || adminUntil > Ago(Hours);
                                var isAdminEnough = role == Role.Admin || (asker == Role.Admin && !wasAdmin);
                                var isOld = roleSince <= Ago(Hours) && enrolledAt <= Ago(Hours);
                                var approver = Somebody(role, roleSince, enrolledAt);
                                Assert.Equal(mayHelp && isAdminEnough && isOld, rule.RefusalOf(approver) is null);
                            }
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void Nobody_approves_for_themselves()
    {
        var (asker, target) = (Somebody(Role.Admin), Somebody(Role.Admin));
        var rule = new ApproverRule(asker, target, CoolingOff, Now);
        Assert.Equal(ApproverRefusal.AskedThemselves, rule.RefusalOf(asker));
        Assert.Equal(ApproverRefusal.Rank, rule.RefusalOf(target));
    }

    /// <summary>
    /// An admin who makes a second person: by an invitation, by a role for somebody enrolled long ago, or by giving one back.
    /// </summary>
    [Theory]
    [InlineData("invited")]
    [InlineData("raised")]
    [InlineData("given back")]
    public async Task A_second_person_made_a_moment_ago_approves_nothing_and_all_admins_hear_of_it(string how)
    {
        await using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        var (bea, _, _) = await app.StaffAsync();
        var ursula = await TestUsers.InviteAsync(app, ada, "ursula");
        var puppet = await TestUsers.AddAsync(app, "puppet", how == "raised" ? Role.User : Role.Helpdesk);
        if (how != "invited")
        {
            app.Time.Advance(TimeSpan.FromDays(30));
            if (how == "given back")
            {
                await SetRoleAsync(app, puppet, Role.User);
            }

            await SetRoleAsync(app, puppet, Role.Helpdesk);
            await SignInAnewAsync(ada, puppet, bea);
        }

        var request = await app.AskForSecondAsync(ada, ursula);
        Assert.DoesNotContain(
            await (await app.MailboxAsync()).AllAsync(),
            message => message.To == puppet.Mail && message.Subject.Contains("second person", StringComparison.Ordinal));
        var page = await puppet.Browser.GetAsync($"/admin/resets/{request}");
        Assert.Contains("You cannot approve this yet.", page.Words, StringComparison.Ordinal);
        Assert.Null(page.Field("code"));
        Assert.DoesNotContain("For you", (await puppet.Browser.GetAsync("/admin/resets")).Words, StringComparison.Ordinal);
        var refused = await ForceAsync(puppet, request);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("You cannot approve this yet.", refused.Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(await app.IdAsync("ursula"))).Held);
        Assert.Equal(1, await app.CountAsync(AuditKinds.ResetRefused, await app.IdAsync("ursula")));

        // Every admin hears of it: by mail, and where the work of administration stands.
        foreach (var admin in new[] { ada, bea })
        {
            Assert.Contains(
                await (await app.MailboxAsync()).AllAsync(),
                message => message.To == admin.Mail && message.Subject == "There is a new help-desk agent"
                    && message.Text.Contains("(puppet)", StringComparison.Ordinal));
            Assert.Contains("puppet: helpdesk since", (await admin.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
        }

        // After 72 hours it is an agent like others.
        app.Time.Advance(TimeSpan.FromHours(Hours));
        await SignInAnewAsync(ada, puppet);
        Assert.DoesNotContain("puppet", (await ada.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
        Assert.Contains(
            "Approved.", (await app.ApproveAsync(puppet, await app.AskForSecondAsync(ada, ursula))).Words, StringComparison.Ordinal);
    }

    /// <summary>The list of approvers and the approval agree: of somebody who was an admin until recently only an admin decides.</summary>
    [Fact]
    public async Task The_help_desk_does_not_approve_for_somebody_who_was_an_admin_until_recently()
    {
        await using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        var (bea, cleo, hugo) = await app.StaffAsync();
        await SetRoleAsync(app, cleo, Role.User);
        Assert.Contains("A second person must approve it", (await app.HelpAsync(ada, cleo)).Words, StringComparison.Ordinal);
        var request = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM help_request"))[0].ToString();
        Assert.Contains(
            "cleo was an admin until recently.",
            (await hugo.Browser.GetAsync($"/admin/resets/{request}")).Words,
            StringComparison.Ordinal);
        Assert.Contains("An admin must approve this.", (await ForceAsync(hugo, request)).Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(await app.IdAsync("cleo"))).Held);
        Assert.DoesNotContain("For you", (await hugo.Browser.GetAsync("/admin/resets")).Words, StringComparison.Ordinal);
        Assert.Contains("Approved.", (await app.ApproveAsync(bea, request)).Words, StringComparison.Ordinal);
    }

    /// <summary>Whichever way a role above user comes, each other admin gets a mail of it.</summary>
    [Theory]
    [InlineData("invited", "helpdesk")]
    [InlineData("invited", "admin")]
    [InlineData("imported", "helpdesk")]
    [InlineData("imported", "admin")]
    [InlineData("edited", "helpdesk")]
    [InlineData("edited", "admin")]
    [InlineData("import changes it", "helpdesk")]
    [InlineData("import changes it", "admin")]
    public async Task Every_role_above_user_is_told_to_all_admins(string how, string role)
    {
        await using var testHost = await TestHost.PrepareAsync();
        await testHost.FirstAdminAsync();
        await testHost.AddAsync("bea", Role.Admin);
        await testHost.InviteAsync("ana");
        var before = await NoticesAsync(testHost);
        switch (how)
        {
            case "invited":
                var request = new InvitationRequest("new", "new@acme.example", null, Roles.Parse(role)!.Value);
                Assert.IsType<InviteOutcome.Invited>(await testHost.AskAsync<Invitations, InviteOutcome>(
                    invitations => invitations.InviteAsync(null, request, Actor.Console, Cancellation)));
                break;
            case "imported":
                await testHost.ImportAsync("user_name,mail,role", $"new,new@acme.example,{role}");
                break;
            case "edited":
                var ana = await testHost.AccountAsync("ana");
                Assert.IsType<EditOutcome.Saved>(await testHost.AskAsync<AccountEdits, EditOutcome>(edits => edits.SaveAsync(
                    null, ana.Id, new AccountForm(null, null, Roles.Parse(role)), Actor.Console, Cancellation)));
                break;
            default:
                await testHost.ImportAsync("user_name,role", $"ana,{role}");
                break;
        }

        Assert.Equal(before + 2, await NoticesAsync(testHost));
        var newcomer = await testHost.AccountAsync(how is "invited" or "imported" ? "new" : "ana");
        Assert.Equal((role, testHost.Now), (newcomer.Role.ToToken(), newcomer.RoleSince));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<int> NoticesAsync(TestHost testHost) => (await testHost.RowsAsync<TwoFactor.Mail.OutboxMessage>())
        .Count(row => string.Equals(row.Kind, TwoFactor.Mail.MailKinds.RoleNotice.Name, StringComparison.Ordinal));

    private static UnixTime Ago(int hours) => Now - TimeSpan.FromHours(hours);

    private static Account Somebody(Role role, UnixTime roleSince = default, UnixTime? enrolledAt = null, UnixTime? adminUntil = null) =>
        new()
        {
            Id = Guid.NewGuid(),
            UserName = "somebody",
            Mail = "somebody@acme.example",
            Name = "Somebody",
            Role = role,
            RoleSince = roleSince,
            EnrolledAt = enrolledAt,
            AdminUntil = adminUntil,
            CreatedAt = UnixTime.Unset,
        };

    private static Task<VisitedPage> ForceAsync(TestUser agent, string request) => HelpDeskActions.ForceAsync(
        agent, $"/admin/resets/{request}?handler=Approve", ("code", agent.Code()), ("verified", "badge"));

    private static async Task SetRoleAsync(App app, TestUser user, Role role) => Assert.IsType<EditOutcome.Saved>(
        await app.AskAsync(async services => await services.GetRequiredService<AccountEdits>().SaveAsync(
            null, await app.IdAsync(user.UserName), new AccountForm(null, null, role), Actor.Console, Cancellation)));

    private static async Task SignInAnewAsync(params TestUser[] users)
    {
        foreach (var user in users)
        {
            user.TakeNewBrowser();
            await user.SignInAsync();
        }
    }
}
