namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Audit;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Mail addresses, by their owner: after a code, and told to the old address.</summary>
public sealed class AddressTests : AddressStories
{
    [Fact]
    public async Task A_code_is_asked_for_and_the_form_comes_back_as_it_was_typed()
    {
        App.Time.Advance(RecoveryActions.HalfMinute);
        var asks = await SubmitAsync(New, Second);
        Assert.Equal("/proof?for=addresses", asks.Path);
        Assert.Contains("to change your mail addresses", asks.Words, StringComparison.Ordinal);

        var form = await Ana.Browser.SubmitAsync(asks, ("code", Ana.Code()));
        Assert.Equal("/account/profile", form.Path);
        Assert.Equal(New, form.Field("email")!.GetAttribute("value"));
        Assert.Equal(Second, form.Field("second-email")!.GetAttribute("value"));
        Assert.Equal(Old, await ReadAsync("mail"));
        var done = await Ana.Browser.SubmitAsync(form);

        Assert.Contains("For 72 hours mails still go where they went before.", done.WordsOf("[role=status]"), StringComparison.Ordinal);
        Assert.Contains($"mails still go to {Old}", done.Words, StringComparison.Ordinal);
        Assert.Equal(New, await ReadAsync("mail"));
        Assert.Equal(Second, await ReadAsync("second_mail"));
    }

    [Fact]
    public async Task The_old_address_is_told_of_both_changes_and_the_new_ones_are_not()
    {
        await ChangeAsync(New, Second);
        var messages = (await MessagesAsync()).Where(message => message.Subject == "Your mail address was changed")
            .OrderBy(message => message.Text.Contains("second mail address", StringComparison.Ordinal)).ToList();

        Assert.Equal([Old, Old], messages.Select(message => message.To));
        Assert.Contains($"Before: {Old}\nNow: {New}\n", messages[0].Text, StringComparison.Ordinal);
        Assert.Contains($"Before: none\nNow: {Second}\n", messages[1].Text, StringComparison.Ordinal);
        Assert.Contains("Your mail address was changed.", (await Ana.Browser.GetAsync("/account")).Words, StringComparison.Ordinal);
        Assert.Equal(2, await App.CountAsync(AuditKinds.AddressChanged, await App.IdAsync("ana")));
    }

    [Theory]
    [InlineData("nobody", "", "email", "Enter a mail address, like ana@acme.example.")]
    [InlineData("", "", "email", "Enter a mail address, like ana@acme.example.")]
    [InlineData(Old, "nobody", "second-email", "Enter a mail address, like ana@acme.example.")]
    [InlineData(New, New, "second-email", "Both are the same. Leave this empty, or enter another one.")]
    public async Task What_is_no_address_is_told_at_its_field_before_a_code_is_asked(string mail, string second, string field, string words)
    {
        var refused = await SubmitAsync(mail, second);

        Assert.Equal("/account/profile", refused.Path);
        Assert.Equal(words, refused.WordsOf($"#{field}-error"));
        Assert.Equal(second, refused.Field("second-email")!.GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task The_same_addresses_again_change_nothing_and_end_nothing()
    {
        var other = Ana.Elsewhere(App);
        await other.SignInAsync();
        await Ana.ProveAsync(App);

        Assert.Contains("It was so already.", (await SubmitAsync(Old, "")).Words, StringComparison.Ordinal);

        await other.AssertSignedInAsync();
    }

    [Fact]
    public async Task A_change_ends_all_other_sessions_and_half_finished_sign_ins()
    {
        var other = Ana.Elsewhere(App);
        await other.SignInAsync();
        var half = Ana.Elsewhere(App);
        var code = await half.EnterPasswordAsync();
        await ChangeAsync(New, "");

        await other.AssertSignedOutAsync();
        App.Time.Advance(RecoveryActions.HalfMinute);
        Assert.Contains("Start again", (await half.Browser.SubmitAsync(code, ("code", Ana.Code()))).Words, StringComparison.Ordinal);
        await Ana.AssertSignedInAsync();
    }

    [Fact]
    public async Task A_session_that_repairs_has_no_such_page()
    {
        await Ana.SaveRecoveryCodesAsync();
        await Ana.CloseGuardAsync(App, 50);
        Ana.TakeNewBrowser();
        await Ana.RecoverAsync(Ana.RecoveryCodes[0]);

        Assert.Equal(HttpStatusCode.NotFound, (await Ana.Browser.GetAsync("/account/profile")).Status);
    }
}
