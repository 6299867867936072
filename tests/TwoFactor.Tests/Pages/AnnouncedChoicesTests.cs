namespace TwoFactor.Tests.Pages;

using AngleSharp.Html.Dom;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Boxes to tick and choices are no text fields, and come back as those do: marked as wrong, and with the focus where it is put right.
/// </summary>
public sealed class AnnouncedChoicesTests : IDisposable
{
    private readonly App app = new();

    [Fact]
    public async Task The_box_that_says_that_recovery_codes_are_saved()
    {
        var ana = await TestUser.FirstAdminAsync(app, "ana");
        var page = await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/enroll/recovery-codes"));
        AssertMarked(page, "saved");
    }

    [Fact]
    public async Task The_way_in_which_a_person_was_checked()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, ada, "bob");
        var form = await ada.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("bob")}/reset");
        AssertMarked(await ada.Browser.SubmitAsync(form, ("reason", "Lost"), ("code", ada.Code())), "verified");
    }

    [Fact]
    public async Task The_way_in_which_a_ticket_goes()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var bob = await TestUsers.InviteAsync(app, ada, "bob");
        AssertMarked(await app.ResetAsync(ada, bob, delivery: "hand-over"), "delivery");
    }

    public void Dispose() => app.Dispose();

    /// <summary>
    /// A radio button itself is never invalid (ARIA 1.2, aria-invalid): its group is, which then has the role that can be.
    /// </summary>
    private static void AssertMarked(VisitedPage page, string id)
    {
        var field = Assert.IsType<IHtmlInputElement>(Assert.Single(page.Document.QuerySelectorAll($"#{id}")), exactMatch: false);
        var marked = field.Type is "radio" ? field.Closest("[role=radiogroup]") : field;
        Assert.Equal("true", marked?.GetAttribute("aria-invalid"));
        Assert.Same(field, Assert.Single(page.Document.QuerySelectorAll("[autofocus]")));
    }
}
