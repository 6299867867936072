namespace TwoFactor.Tests.Pages;

using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration.Importing;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// A file on the page: a report first, then exactly that. In between nobody else has it, and nobody reads it in the database.
/// </summary>
public sealed class ImportPageTests : IAsyncLifetime, IDisposable
{
    private const string Address = "/admin/accounts/import";
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    private const string FileWithSecret = $"user_name,mail,otpauth\nzoe,zoe@acme.example,otpauth://totp/Old:zoe?secret={Secret}";
    private const string TwoPeople = "user_name,name,mail\nana,Ana,ana@acme.example\nbo,Bo,bo@acme.example\n";

    private readonly App app = new();
    private TestUser ada = null!;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        await ada.ProveAsync(app);
    }

    [Fact]
    public async Task A_report_then_one_press_then_people()
    {
        var report = await ada.Browser.UploadAsync(Address, TwoPeople);
        Assert.Equal(Address, report.Path);
        Assert.Equal("New2 Changed0 Same0 Bad0", report.WordsOf("main dl"));
        Assert.Empty(await NamesAsync("bo"));

        var list = await ada.Browser.PressAsync(report, "Import 2 people");

        Assert.Equal("/admin/accounts", list.Path);
        Assert.Contains("Imported: 2 new, 0 changed. Nobody was mailed an invitation yet.", list.Words, StringComparison.Ordinal);
        Assert.Single(await NamesAsync("bo"));
        Assert.Equal(0, await RowsAsync());
        Assert.Contains(
            "The last import, of 2 people, is done: all of it is there.",
            (await ada.Browser.GetAsync(Address)).Words,
            StringComparison.Ordinal);
        Assert.Contains("Everything is so already.", (await ada.Browser.UploadAsync(Address, TwoPeople)).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_lines_are_named_and_the_file_is_not_kept()
    {
        var report = await ada.Browser.UploadAsync(Address, TwoPeople + "cy,Cy,nowhere\nada,Countess,ada@acme.example\n");

        Assert.Contains("Line 4 cy This is no mail address, like ana@acme.example.", report.Words, StringComparison.Ordinal);
        Assert.Contains("Line 5 ada This is an admin, whom no file changes.", report.Words, StringComparison.Ordinal);
        Assert.Contains("Nothing is imported while a line is bad.", report.Words, StringComparison.Ordinal);
        Assert.Equal(0, await RowsAsync());
    }

    [Fact]
    public async Task Without_a_proof_there_is_no_form_and_no_import()
    {
        var report = await ada.Browser.UploadAsync(Address, TwoPeople);
        app.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("/proof?for=import", (await ada.Browser.GetAsync(Address)).Path);
        var asks = await ada.Browser.PressAsync(report, "Import 2 people");
        Assert.Equal("/proof?for=import", asks.Path);
        Assert.Empty(await NamesAsync("bo"));

        var again = await ada.Browser.SubmitAsync(asks, ("code", ada.Code()));
        Assert.Equal(Address, again.Path);
        await ada.Browser.PressAsync(again, "Import 2 people");
        Assert.Single(await NamesAsync("bo"));
    }

    [Fact]
    public async Task A_file_waits_half_an_hour_encrypted_for_its_own_session()
    {
        var report = await ada.Browser.UploadAsync(Address, FileWithSecret);
        Assert.DoesNotContain(Secret, report.Html, StringComparison.OrdinalIgnoreCase);
        var dump = await app.AskAsync(services => DatabaseDump.OfAsync(services.GetRequiredService<TwoFactorDb>()));
        Assert.DoesNotContain(Convert.ToHexString(Encoding.ASCII.GetBytes(Secret)), dump, StringComparison.OrdinalIgnoreCase);

        var elsewhere = ada.Elsewhere(app);
        app.Time.Advance(RecoveryActions.HalfMinute);
        await elsewhere.SignInAsync();
        await elsewhere.ProveAsync(app);
        Assert.DoesNotContain("What this file would do", (await elsewhere.Browser.GetAsync(Address)).Words, StringComparison.Ordinal);

        app.Time.Advance(TimeSpan.FromMinutes(31));
        await elsewhere.SignOutAsync();
        await ada.SignOutAsync();
        ada.TakeNewBrowser();
        await app.AskAsync(async services =>
        {
            var swept = await services.GetRequiredService<UnitOfWork>().RunAsync(
                Actor.Server,
                Locks.None,
                async work => new Committed<int>(await services.GetRequiredService<StagedImports>().SweepAsync(work)),
                TestContext.Current.CancellationToken);
            return swept.Value;
        });
        Assert.Equal(0, await RowsAsync());
    }

    [Fact]
    public async Task A_page_that_was_left_open_too_long_imports_nothing()
    {
        var report = await ada.Browser.UploadAsync(Address, TwoPeople);
        for (var minutes = 0; minutes < 30; minutes += 10)
        {
            app.Time.Advance(TimeSpan.FromMinutes(10));
            await ada.Browser.GetAsync("/admin");
        }

        await ada.ProveAsync(app);
        Assert.Contains(
            "The file was kept for half an hour only.",
            (await ada.Browser.PressAsync(report, "Import 2 people")).Words,
            StringComparison.Ordinal);
        Assert.Empty(await NamesAsync("bo"));
    }

    [Fact]
    public async Task Of_two_files_in_two_tabs_only_the_one_that_was_shown_last_is_imported()
    {
        var first = await ada.Browser.UploadAsync(Address, TwoPeople);
        await ada.Browser.UploadAsync(Address, "user_name,mail\ncy,cy@acme.example\n");

        var answer = await ada.Browser.PressAsync(first, "Import 2 people");

        Assert.Contains("Nothing was imported yet.", answer.Words, StringComparison.Ordinal);
        Assert.Empty(await NamesAsync("cy"));
        await ada.Browser.PressAsync(answer, "Import 1 person");
        Assert.Single(await NamesAsync("cy"));
    }

    [Fact]
    public async Task Who_brings_an_app_chooses_a_password_and_signs_in_with_both()
    {
        await ada.Browser.PressAsync(await ada.Browser.UploadAsync(Address, FileWithSecret), "Import 1 person");
        await ada.Browser.PressAsync(await ada.Browser.GetAsync("/admin/accounts?show=never"), "Invite 1 person");
        var message = await (await app.MailboxAsync()).TakeAsync("zoe@acme.example", "You are invited");
        Assert.Contains("there is nothing to scan", message.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var zoe = new TestUser(
            app, "zoe", "zoe@acme.example")
        { Phone = new TwoFactor.Authenticators.TotpSecret(OtpNet.Base32Encoding.ToBytes(Secret)) };
        var form = await zoe.Browser.GetAsync(message.Link("/invitation/"));
        Assert.Contains("The authenticator app that you have goes on working", form.Words, StringComparison.Ordinal);

        Assert.Equal("/sign-in", (await zoe.ChoosePasswordAsync(form)).Path);

        Assert.Equal("/account", (await zoe.SignInAsync()).Path);
    }

    [Fact]
    public async Task Nothing_chosen_is_said()
    {
        var answer = await ada.Browser.UploadAsync(Address, "");

        Assert.Contains("Choose a CSV file", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_no_admin_cannot_send_a_file_and_no_other_page_takes_one()
    {
        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        using var stranger = app.Visitor();

        Assert.Equal(HttpStatusCode.NotFound, (await hugo.Browser.UploadOnceAsync(Address, Encoding.UTF8.GetBytes(TwoPeople))).Status);
        Assert.StartsWith(
            "/sign-in",
            (await stranger.UploadOnceAsync(Address, Encoding.UTF8.GetBytes(TwoPeople))).Headers.Location!.OriginalString,
            StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await ada.Browser.UploadOnceAsync("/admin/accounts/new", Encoding.UTF8.GetBytes(TwoPeople))).Status);
    }

    [Fact]
    public async Task A_file_over_the_limit_is_too_large_and_one_below_it_is_read()
    {
        var line = new string('x', 120) + "\n";
        var below = string.Concat(Enumerable.Repeat(line, 1_000_000 / line.Length));

        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await ada.Browser.UploadOnceAsync(Address, Encoding.UTF8.GetBytes(below + below))).Status);
        Assert.Contains("is no column.", (await ada.Browser.UploadAsync(Address, below)).Words, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private Task<IReadOnlyList<string>> NamesAsync(string userName) =>
        app.QueryAsync<string>($"SELECT user_name AS Value FROM account WHERE user_name={userName}");

    private async Task<int> RowsAsync() => Assert.Single(await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM staged_import"));
}
