namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Every change that an owner can make, tried by every kind of session and proof. A change or a kind without its cell fails here.
/// </summary>
public sealed class ProofMatrixTests : IDisposable
{
    private const string NewPassword = "a sentence that nobody had before";

    /// <summary>
    /// "sign in" and "ask": to the sign-in, to a code; "over": no code can help, sign in again with another recovery code; "missing": 404.
    /// </summary>
    private static readonly Dictionary<string, Dictionary<Holder, string>> Table = Read(
        """
                               | Nobody  | SignInCode | LaterCode | SixMinutesOld | Recovery14 | Recovery16 | Repair14 | Repair16 | Parked
        set up a phone         | sign in | ask        | adds      | ask           | replaces   | ask        | replaces | over     | sign in
        remove a phone         | sign in | ask        | done      | ask           | ask        | ask        | over     | over     | sign in
        make recovery codes    | sign in | ask        | done      | ask           | done       | ask        | done     | over     | sign in
        see codes made there   | sign in | empty      | empty     | empty         | empty      | empty      | empty    | empty    | sign in
        see a picture there    | empty   | empty      | empty     | empty         | empty      | empty      | empty    | empty    | empty
        set a password         | sign in | ask        | done      | ask           | done       | ask        | done     | over     | sign in
        change an address      | sign in | ask        | done      | ask           | ask        | ask        | missing  | missing  | sign in
        rename a phone         | sign in | done       | done      | done          | done       | done       | missing  | missing  | sign in
        end other sessions     | sign in | done       | done      | done          | done       | done       | missing  | missing  | sign in
        """);

    /// <summary>What a proof is asked for, and the change that asks.</summary>
    private static readonly Dictionary<ProofFor, string> Asking = new()
    {
        [ProofFor.AddAuthenticator] = "set up a phone",
        [ProofFor.ReplaceAuthenticators] = "set up a phone",
        [ProofFor.RemoveAuthenticator] = "remove a phone",
        [ProofFor.RecoveryCodes] = "make recovery codes",
        [ProofFor.Password] = "set a password",
        [ProofFor.Addresses] = "change an address",
    };

    private readonly App app = new(("Limits:Codes:ClosedAfterConsecutive", "10"));
    private int people;

    private enum Holder
    {
        Nobody,
        SignInCode,
        LaterCode,
        SixMinutesOld,
        Recovery14,
        Recovery16,
        Repair14,
        Repair16,
        Parked,
    }

    [Fact]
    public void Every_purpose_of_a_proof_and_every_kind_of_session_stands_in_the_table()
    {
        // What an admin changes of others stands with the roles.
        Assert.Equal(Enum.GetValues<ProofFor>().Where(what => what is not ProofFor.Accounts), Asking.Keys.Order());
        Assert.All(Asking.Values, change => Assert.Contains(change, Table.Keys));
        Assert.All(Table, row => Assert.Equal(Enum.GetValues<Holder>(), row.Value.Keys.Order()));
    }

    [Fact]
    public async Task Every_change_by_every_kind_of_session_and_proof()
    {
        await TestUser.FirstAdminAsync(app);
        var wrong = new List<string>();
        foreach (var (change, row) in Table)
        {
            foreach (var (holder, expected) in row)
            {
                var (user, older) = await ArrangeAsync(holder);
                var answer = await TryAsync(user, older, change);
                if (answer != expected)
                {
                    wrong.Add($"{change} by {holder}: {answer}, not {expected}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    public void Dispose() => app.Dispose();

    private static Dictionary<string, Dictionary<Holder, string>> Read(string table)
    {
        var lines = table.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        var holders = lines[0].Skip(1).Select(Enum.Parse<Holder>).ToList();
        return lines.Skip(1).ToDictionary(
            cells => cells[0], cells =>
                holders.Zip(cells.Skip(1)).ToDictionary(cell => cell.First, cell => cell.Second), StringComparer.Ordinal);
    }

    /// <summary>
    /// Somebody with two phones and ten recovery codes, a second browser in which new codes and a picture were just asked for, and the
    /// session that will try.
    /// </summary>
    private async Task<(TestUser Who, Guid OlderPhone)> ArrangeAsync(Holder holder)
    {
        var who = await TestUsers.AddAsync(app, $"ana{++people}", Role.User);
        await who.SaveRecoveryCodesAsync();
        await who.ProveAsync(app);
        await who.AddPhoneAsync(app);
        var account = await app.IdAsync(who.UserName);
        var older = (await app.QueryAsync<Guid>(
            $"SELECT id AS Value FROM authenticator WHERE account_id={account} AND state='active' ORDER BY number"))[0];
        if (holder is Holder.Repair14 or Holder.Repair16)
        {
            await who.CloseGuardAsync(app, 10);
        }

        who.TakeNewBrowser();
        switch (holder)
        {
            case Holder.Nobody:
                break;
            case Holder.Recovery14 or Holder.Recovery16 or Holder.Repair14 or Holder.Repair16:
                Assert.Equal("/account", (await who.RecoverAsync(who.RecoveryCodes[0])).Path);
                app.Time.Advance(TimeSpan.FromMinutes(holder is Holder.Recovery14 or Holder.Repair14 ? 14 : 16));
                break;
            default:
                await who.SignInAsync();
                break;
        }

        if (holder is Holder.LaterCode or Holder.SixMinutesOld or Holder.Parked)
        {
            await who.ProveAsync(app);
            app.Time.Advance(holder switch
            {
                Holder.SixMinutesOld =>
                TimeSpan.FromMinutes(6),
                Holder.Parked => TimeSpan.FromMinutes(60),
                _ => TimeSpan.Zero
            });
        }

        return (who, older);
    }

    private async Task<string> TryAsync(TestUser who, Guid older, string change)
    {
        var id = await app.IdAsync(who.UserName);
        switch (change)
        {
            case "set up a phone":
                var opened = await PostAsync(who, "/account/authenticators?handler=Add");
                return opened == "/enroll"
                    ? Assert.Single(await app.QueryAsync<bool>(
                        $"SELECT replaces_all AS Value FROM authenticator WHERE account_id={id} AND state='pending'")) ? "replaces" : "adds"
                    : opened;
            case "remove a phone":
                return await PostAsync(who, "/account/authenticators?handler=Remove", ("authenticator", older.ToString()));
            case "make recovery codes":
                return await PostAsync(who, "/account/recovery-codes");
            case "see codes made there":
                await ElsewhereAsync(who, other => PressAsync(other, "/account/recovery-codes", "Make new codes"));
                var codes = await who.Browser.GetAsync("/enroll/recovery-codes");
                return codes.Path.StartsWith("/sign-in", StringComparison.Ordinal)
                    ? "sign in"
                    : codes.Document.QuerySelector(".codes") is null ? "empty" : "shown";
            case "see a picture there":
                await ElsewhereAsync(who, other => PressAsync(other, "/account/authenticators", "Set up another phone"));
                return (await who.Browser.GetAsync("/enroll/qr.png")).Status == HttpStatusCode.OK
                    || (await who.Browser.GetAsync("/enroll/manual-key")).Document.QuerySelector(".key") is not null ? "shown" : "empty";
            case "set a password":
                return await PostAsync(
                    who,
                    "/account/password",
                    ("current-password", who.Password),
                    ("new-password", NewPassword),
                    ("new-password-again", NewPassword));
            case "change an address":
                return await PostAsync(who, "/account/profile", ("email", $"new.{who.Mail}"), ("second-email", ""));
            case "rename a phone":
                return await PostAsync(
                    who, "/account/authenticators?handler=Rename", ("authenticator", older.ToString()), ("label", "Pixel 6"));
            default:
                return await PostAsync(who, "/account/sessions?handler=EndOthers");
        }
    }

    /// <summary>The same owner at another browser, under a fresh proof where the guard still takes codes.</summary>
    private async Task ElsewhereAsync(TestUser who, Func<TestUser, Task> act)
    {
        var other = who.Elsewhere(app);
        if (!(await app.GuardAsync(await app.IdAsync(who.UserName))).Closed)
        {
            app.Time.Advance(RecoveryActions.HalfMinute);
            await other.SignInAsync();
            await other.ProveAsync(app);
            await act(other);
        }
    }

    private static async Task PressAsync(TestUser who, string page, string button) =>
        await who.Browser.PressAsync(await who.Browser.GetAsync(page), button);

    /// <summary>Sends a form as it would stand on its page, whether this session is shown it or not.</summary>
    private static async Task<string> PostAsync(TestUser who, string address, params (string Name, string Value)[] fields)
    {
        var token = (await who.Browser.GetAsync("/sign-out")).Document.QuerySelector("input[name=form-token]")?.GetAttribute("value")
            ?? (await who.Browser.GetAsync("/sign-in")).Document.QuerySelector("input[name=form-token]")!.GetAttribute("value");
        using var content = new FormUrlEncodedContent(
            [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("form-token", token!)]);
        var answer = await who.Browser.OnceAsync(HttpMethod.Post, new Uri(address, UriKind.Relative), content);
        var to = answer.Headers.Location?.OriginalString ?? "";
        return to switch
        {
            _ when answer.Status == HttpStatusCode.NotFound => "missing",
            _ when to.StartsWith("/sign-in", StringComparison.Ordinal) => "sign in",
            _ when to.StartsWith("/proof", StringComparison.Ordinal) =>
                (await who.Browser.GetAsync(to)).Field("code") is null ? "over" : "ask",
            "/enroll" => to,
            _ when answer.Status == HttpStatusCode.Redirect => "done",
            _ => $"{answer.Status} {answer.Words}",
        };
    }
}
