namespace TwoFactor.Tests.Pages;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Banners;
using TwoFactor.Administration.Editing;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// What every page of administration says first: only while it is so, only to those who can do something, and in one statement.
/// </summary>
public sealed class BannersTests
{
    private const string OneAdmin = "ada is the only admin who can sign in. Make a second one: until then, only the command line on "
        + "the server helps when a phone is lost.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_only_admin_is_told_to_make_a_second_one_from_the_second_account_on()
    {
        using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        Assert.Empty(await BannersAsync(ada));

        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        Assert.Equal([OneAdmin], await BannersAsync(ada));
        Assert.Empty(await BannersAsync(hugo));

        await app.InviteByConsoleAsync("bea", Role.Admin);
        Assert.Equal([OneAdmin], await BannersAsync(ada));
        var cid = await TestUsers.AddAsync(app, "cid", Role.Admin);
        Assert.Empty(await BannersAsync(ada));
        Assert.Empty(await BannersAsync(cid));
    }

    [Fact]
    public async Task An_admin_who_is_held_or_closed_is_no_second_one()
    {
        using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        var cid = await TestUsers.AddAsync(app, "cid", Role.Admin);
        await app.ResetByConsoleAsync("cid");
        Assert.Equal([OneAdmin], await BannersAsync(ada));
        await app.CancelByConsoleAsync("cid");
        Assert.Empty(await BannersAsync(ada));

        await cid.CloseGuardAsync(app, 50);
        await ada.SignInAsync();
        Assert.Equal([OneAdmin], await BannersAsync(ada));
    }

    /// <summary>
    /// Nobody has shown yet that an imported app is there: until its first code its owner is no agent who can sign in. The program makes no
    /// admin of somebody with such an app, but should there be one, the banner counts like the guard of the last admin.
    /// </summary>
    [Fact]
    public async Task An_admin_whose_imported_app_never_signed_in_is_no_second_one()
    {
        const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        await using var testHost = await TestHost.PrepareAsync();
        await testHost.FirstAdminAsync();
        await testHost.InviteAsync("ana");
        await testHost.ImportAsync("user_name,mail,otpauth", $"bea,bea@acme.example,otpauth://totp/Old:bea?secret={Secret}");
        var bea = await testHost.AccountAsync("bea");
        var invited = Assert.IsType<InviteOutcome.Invited>(await testHost.AskAsync<Invitations, InviteOutcome>(
            invitations => invitations.InviteAgainAsync(null, bea.Id, Actor.Console, Cancellation)));
        Assert.IsType<AcceptOutcome.AppKept>(await testHost.AskAsync<InvitationAcceptance, AcceptOutcome>(
            invitationAcceptance => invitationAcceptance.AcceptAsync(
                invited.Invitation, TestHost.Password, TestHost.Password, TestHost.Stranger, Cancellation)));
        await testHost.ArrangeAsync("UPDATE account SET role='admin' WHERE user_name='bea'");
        Assert.Equal("ada", await OnlyAdminAsync(testHost));
        Assert.Empty(await ApproversAsync(testHost));

        var phone = new Phone(new TotpSecret(OtpNet.Base32Encoding.ToBytes(Secret)), testHost.Time);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(await testHost.EnterPasswordAsync("bea"), phone.Code()));
        Assert.Null(await OnlyAdminAsync(testHost));
        await testHost.LetAgentsBeOldAsync();
        Assert.Equal(["bea"], await ApproversAsync(testHost));
    }

    private static async Task<string?> OnlyAdminAsync(TestHost testHost) => (await testHost.AskAsync<Banners, IReadOnlyList<Banner>>(
        banners => banners.ForAsync(Role.Admin, Cancellation))).OfType<Banner.OneAdmin>().SingleOrDefault()?.Name;

    /// <summary>Who could approve what ada asks for ana.</summary>
    private static async Task<IReadOnlyList<string>> ApproversAsync(TestHost testHost)
    {
        var (ada, ana) = (await testHost.AccountAsync("ada"), await testHost.AccountAsync("ana"));
        return [.. (await testHost.AskAsync<Approvers, IReadOnlyList<Account>>(
            approvers => approvers.ListAsync(approvers.RuleFor(ada, ana), Cancellation)))
            .Select(account => account.UserName)];
    }

    [Fact]
    public async Task Clocks_that_disagree_are_told_to_admins_and_the_help_desk_with_our_time_until_they_agree()
    {
        using var app = new App(("Smtp:Host", "localhost"), ("Limits:Codes:ClockAlarmAccounts", "2")) { Adjust = App.LetFilesTake };
        var ada = await TestUser.FirstAdminAsync(app);
        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        var cid = await TestUsers.AddAsync(app, "cid", Role.Admin);
        app.Time.Advance(TimeSpan.FromMinutes(10));
        foreach (var (who, steps) in new[] { (hugo, -4), (cid, -3) })
        {
            var slow = who.Elsewhere(app);
            await slow.Browser.SubmitAsync(await slow.EnterPasswordAsync(), ("code", slow.Code(steps)));
        }

        await InspectAsync(app);

        var clock = app.Time.GetUtcNow().ToString("HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
        string[] told =
        [
            $"The codes of 2 people were too old: this server's clock may be fast, or their phones' slow. Our time: {clock}. "
                + "If that is wrong, correct the server's clock; if it is right, their phones should set date and time by themselves.",
        ];
        Assert.Equal(told, await BannersAsync(ada));
        Assert.Equal(told, await BannersAsync(hugo));
        app.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(await BannersAsync(ada));
    }

    [Fact]
    public async Task A_certificate_is_told_of_for_thirty_days_before_its_end_and_after_it_and_opens_the_ring_all_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("twofactor-certificate-");
        try
        {
            var end = new DateTimeOffset(2026, 12, 25, 10, 0, 0, TimeSpan.Zero);
            var path = Path.Combine(folder.FullName, "ring.pfx");
            // The server in this process gets its settings as arguments, and takes no password there.
            await File.WriteAllBytesAsync(path, Certificate(end, null), Cancellation);
            using var app = new App(("Smtp:Host", "localhost"), ("KeyRing:CertificatePath", path)) { Adjust = App.LetFilesTake };
            var ada = await TestUser.FirstAdminAsync(app);
            const string keep =
                "The ring goes on opening with it: keep the file KeyRing:CertificatePath, for no other opens the keys that there are.";
            Assert.Empty(await BannersAsync(ada));

            app.Time.SetUtcNow(end.AddDays(-30));
            ada.TakeNewBrowser();
            await ada.SignInAsync();
            Assert.Equal([$"The certificate that wraps the key ring ends on 25 December 2026, 10:00 UTC. {keep}"], await BannersAsync(ada));
            app.Time.SetUtcNow(end);
            ada.TakeNewBrowser();
            await ada.SignInAsync();
            Assert.Equal(
                [$"The certificate that wraps the key ring ended on 25 December 2026, 10:00 UTC. {keep}"], await BannersAsync(ada));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    [Slow]
    public async Task A_ring_whose_certificate_has_ended_is_opened_by_a_new_start()
    {
        var folder = Directory.CreateTempSubdirectory("twofactor-certificate-");
        try
        {
            var path = Path.Combine(folder.FullName, "ring.pfx");
            await File.WriteAllBytesAsync(path, Certificate(TimeProvider.System.GetUtcNow().AddDays(-1), "one"), Cancellation);
            await using var server =
                await ServerProcess.StartNewAsync(("KeyRing:CertificatePath", path), ("KeyRing:CertificatePassword", "one"));
            using var ada = await NewUser.FirstAdminAsync(server);
            Assert.Equal(0, await server.StopAsync());
            await server.StartAsync();

            Assert.Contains(
                "The certificate that wraps the key ring ended on", (await ada.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task They_cost_a_page_one_statement_over_indexes_alone()
    {
        var queryPlans = new QueryPlans();
        using var app = App.WithMail(services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(queryPlans)));
        var ada = await TestUser.FirstAdminAsync(app);
        queryPlans.Forget();

        await ada.Browser.GetAsync("/admin/mail");

        var steps = Assert.Single(queryPlans.Of("clock_alarm_until >"));
        Assert.Contains("SEARCH i USING INTEGER PRIMARY KEY (rowid=?)", steps);
        Assert.Contains(steps, step => step.StartsWith("SEARCH o USING INDEX account_admins", StringComparison.Ordinal));
        // What is scanned ends at its second row.
        Assert.All(
            steps.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal)),
            step => Assert.True(step is "SCAN u LEFT-JOIN" or "SCAN (subquery-1)"
                || step.StartsWith("SCAN account USING COVERING INDEX", StringComparison.Ordinal), step));
    }

    /// <summary>What the notes before the page's own heading say.</summary>
    private static async Task<IReadOnlyList<string>> BannersAsync(TestUser who)
    {
        var page = await who.Browser.GetAsync("/admin");
        Assert.Equal("/admin", page.Path);
        return [.. page.Document.QuerySelectorAll("main > .note:not(.ok)")
            .Select(note => string.Join(' ', note.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
    }

    private static Task<bool> InspectAsync(App app) =>
        app.AskAsync(services => services.GetRequiredService<ClockAlarm>().CheckAsync(Cancellation));

    private static byte[] Certificate(DateTimeOffset end, string? password)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest(
            "CN=ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(end.AddYears(-2), end);
        return certificate.Export(X509ContentType.Pfx, password);
    }
}
