namespace TwoFactor.Tests.Stories;

using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What agents do about somebody, through their pages.</summary>
internal static class HelpDeskActions
{
    private static readonly TimeSpan HalfMinute = TimeSpan.FromSeconds(30);

    /// <summary>Sends the form of a reset or pass, with the ticket by mail unless told otherwise.</summary>
    public static async Task<VisitedPage> HelpAsync(
        this App app, TestUser agent, TestUser target, string kind =
            "reset", string verified = "call-back", string delivery = "mail", string? code = null)
    {
        var form = await agent.Browser.GetAsync($"/admin/accounts/{await app.IdAsync(target.UserName)}/{kind}");
        var fields = new List<(string, string)> { ("verified", verified), ("reason", "Lost the phone"), ("code", code ?? agent.Code()) };
        if (form.Field("delivery") is not null)
        {
            fields.Add(("delivery", delivery));
        }

        var answer = await agent.Browser.SubmitAsync(form, [.. fields]);
        app.Time.Advance(HalfMinute);
        return answer;
    }

    /// <summary>
    /// Asks for what takes a second person; where the target alone does not make it so, its doubt does. What is returned is the
    /// request's id.
    /// </summary>
    public static async Task<string> AskForSecondAsync(this App app, TestUser agent, TestUser target, string kind = "reset")
    {
        if ((await app.QueryAsync<string>($"SELECT role AS Value FROM account WHERE user_name={target.UserName}"))[0] != "admin")
        {
            var now = app.Time.GetUtcNow().ToUnixTimeSeconds();
            await app.ArrangeAsync($"UPDATE account SET untrusted_since={now}, reverified_at=NULL WHERE user_name={target.UserName}");
        }

        var answer = await app.HelpAsync(agent, target, kind);
        Assert.Contains("Asked. A second person must approve it", answer.Words, StringComparison.Ordinal);
        return (await app.QueryAsync<Guid>(
            $"SELECT id AS Value FROM help_request WHERE ended_at IS NULL ORDER BY asked_at DESC, id DESC"))[0].ToString();
    }

    public static Task<VisitedPage> ApproveAsync(this App app, TestUser agent, string request, bool badge = true) =>
        app.DecideAsync(agent, request, "Approve", badge);

    public static Task<VisitedPage> HandOverAsync(this App app, TestUser agent, string request, bool badge = true) =>
        app.DecideAsync(agent, request, "HandOver", badge);

    /// <summary>Three admins and somebody of the help desk, beside the first one; all of them for long enough to approve.</summary>
    public static async Task<(TestUser Second, TestUser Third, TestUser Helpdesk)> StaffAsync(this App app)
    {
        var staff = (await TestUsers.AddAsync(app, "bea", Role.Admin), await TestUsers.AddAsync(
            app, "cleo", Role.Admin), await TestUsers.AddAsync(app, "hugo", Role.Helpdesk));
        await app.LetAgentsBeOldAsync();
        return staff;
    }

    /// <summary>As if everybody above user had been enrolled, with this role, for a month.</summary>
    public static async Task LetAgentsBeOldAsync(this App app)
    {
        var then = app.Time.GetUtcNow().AddDays(-30).ToUnixTimeSeconds();
        await app.ArrangeAsync(
            $"UPDATE account SET role_since={then}, enrolled_at=MIN(enrolled_at, {then}) WHERE role<>'user' AND role_since>{then}");
    }

    /// <inheritdoc cref="LetAgentsBeOldAsync(App)"/>
    public static async Task LetAgentsBeOldAsync(this ServerProcess server)
    {
        const long Month = 30 * 86_400;
        await DatabaseFile.ExecuteAsync(
            server.DatabaseFile,
            $"UPDATE account SET role_since=role_since-{Month}, enrolled_at=enrolled_at-{Month} WHERE role<>'user'");
        await AccountSealing.SealAllAsync(server.DataDirectory);
    }

    private static async Task<VisitedPage> DecideAsync(this App app, TestUser agent, string request, string handler, bool badge)
    {
        var page = await agent.Browser.GetAsync($"/admin/resets/{request}");
        var form = page.Document.Forms.SingleOrDefault(each => each.GetAttribute("action") == $"/admin/resets/{request}?handler={handler}");
        Assert.True(form is not null, $"There is no form to {handler}: {page.Words}");
        var fields = new Dictionary<string, string>
        {
            ["form-token"] = form!.QuerySelector("input[name=form-token]")!.GetAttribute("value")!,
            ["code"] = agent.Code(),
        };
        if (badge && form.QuerySelector("input[name=verified]") is not null)
        {
            fields["verified"] = "badge";
        }

        using var content = new FormUrlEncodedContent(fields);
        var answer = await agent.Browser.OnceAsync(
            HttpMethod.Post, new Uri($"/admin/resets/{request}?handler={handler}", UriKind.Relative), content);
        app.Time.Advance(HalfMinute);
        return answer.Headers.Location is { } location ? await agent.Browser.GetAsync(location) : answer;
    }

    /// <summary>Posts what no page offers, with the token of any page.</summary>
    public static async Task<VisitedPage> ForceAsync(TestUser agent, string address, params (string Name, string Value)[] fields)
    {
        var anyPage = await agent.Browser.GetAsync("/sign-out");
        using var content = new FormUrlEncodedContent(
        [
            new("form-token", anyPage.Document.QuerySelector("main input[name=form-token]")!.GetAttribute("value")!),
            .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)),
        ]);
        var answer = await agent.Browser.OnceAsync(HttpMethod.Post, new Uri(address, UriKind.Relative), content);
        return answer.Headers.Location is { } location ? await agent.Browser.GetAsync(location) : answer;
    }
}
