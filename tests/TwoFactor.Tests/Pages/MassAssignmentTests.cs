namespace TwoFactor.Tests.Pages;

using System.Net;
using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Fields that a page does not have change nothing, and pages that do not fit an account's state spend nothing.</summary>
public sealed class MassAssignmentTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser ada = null!;
    private TestUser ana = null!;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        ana = await TestUsers.AddAsync(app, "ana", Role.User);
        await TestUsers.AddAsync(app, "bo", Role.User);
    }

    [Fact]
    public async Task The_account_acted_on_is_the_one_in_the_address()
    {
        var (ana, bo) = (await app.IdAsync("ana"), await app.IdAsync("bo"));
        var token = (await ada.Browser.GetAsync("/sign-out")).Document.QuerySelector("main [name='form-token']")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent(
            [new("form-token", token), new("reason", "On leave"), new("code", ada.Code()), new("id", bo.ToString()), new("role", "admin")]);

        var answer =
            await ada.Browser.OnceAsync(HttpMethod.Post, new Uri($"/admin/accounts/{ana}?handler=Disable", UriKind.Relative), content);

        Assert.Equal($"/admin/accounts/{ana}", answer.Headers.Location?.OriginalString);
        Assert.Equal(HeldBy.Disabled, (await app.GuardAsync(ana)).Held);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(bo)).Held);
        Assert.Equal(["user"], await app.QueryAsync<string>($"SELECT role AS Value FROM account WHERE user_name='ana'"));
    }

    [Fact]
    public async Task A_right_code_on_the_page_that_stops_a_reset_is_not_spent_where_no_reset_is_open()
    {
        var id = await app.IdAsync("ana");
        var half = ana.Elsewhere(app);
        var form = await half.EnterPasswordAsync();
        await half.Browser.SubmitAsync(form, ("code", ana.WrongCode()));
        form.Document.Forms.Single(found => found.QuerySelector("[name=code]") is not null).SetAttribute("action", "/sign-in/cancel-reset");
        var before = await app.GuardAsync(id);

        var answer = await half.Browser.SubmitAsync(form, ("code", ana.Code()));

        Assert.Contains("Nothing on your account has changed.", answer.Words, StringComparison.Ordinal);
        Assert.Equivalent(before, await app.GuardAsync(id), strict: true);
        Assert.Equal("/account", (await ana.Elsewhere(app).SignInAsync()).Path);
    }

    [Theory]
    [InlineData("reason", "\u200B\u200B", "Say why. ana will read this.")]
    [InlineData("reason", "...", "Say why. ana will read this.")]
    [InlineData("delivery", "pigeon", "Choose how it reaches its owner.")]
    public async Task A_reset_takes_words_that_its_owner_can_read_and_a_way_that_there_is(string field, string value, string sentence)
    {
        var form = await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ana")}/reset");
        if (field == "delivery")
        {
            form.Document.QuerySelector("#delivery")!.SetAttribute("value", value);
        }

        var answer = await ada.Browser.SubmitAsync(
            form, ("verified", "call-back"), ("reason", field == "reason"
                ? value
                : "lost"), ("delivery", field == "delivery" ? value : "mail"), ("code", ada.Code()));

        Assert.Contains(sentence, answer.Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(await app.IdAsync("ana"))).Held);
    }

    [Fact]
    public async Task A_stopped_change_does_not_say_for_ever_that_nobody_can_sign_in()
    {
        await app.ResetByConsoleAsync("ana");
        var message = await app.MailboxAsync();
        var link = (await message.TakeAsync(ana.Mail, "started a reset")).Link("/not-me/");
        using var reader = app.Visitor();
        var stopped = await reader.PressAsync(await reader.GetAsync(link), "Stop it");
        Assert.Contains("Stopped. Nobody can sign in as you now.", stopped.Words, StringComparison.Ordinal);

        var ticket = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        await ana.ConfirmAsync(await ana.EnterTicketAsync(ticket));

        Assert.Contains("Your account was set up again since.", (await reader.GetAsync(link)).Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task A_form_that_cannot_be_read_is_the_sender_s_fault(string type)
    {
        using var visitor = app.Visitor();
        using var content = new StringContent(
            "--x\r\nContent-Disposition: form-data; name=\"username\"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nada\r\n--x--\r\n",
            Encoding.ASCII);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await visitor.OnceAsync(HttpMethod.Post, new Uri("/sign-in", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();
}
