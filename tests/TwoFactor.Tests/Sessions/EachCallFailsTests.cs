namespace TwoFactor.Tests.Sessions;

using System.Globalization;
using System.Net;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Each call to the database that a story makes fails once: what is left is the old state or the new, and nobody is told that it worked.</summary>
public sealed class EachCallFailsTests : IAsyncLifetime, IDisposable
{
    private const int Most = 80;

    private readonly FailingCall failing = new();
    private readonly App app;
    private Person admin = null!;

    public EachCallFailsTests() => app = new App { Adjust = failing.Join };

    public async ValueTask InitializeAsync() => admin = await Person.FirstAdminAsync(app);

    [Fact]
    public async Task The_code_step_of_a_sign_in() => await WalkAsync(
        atLeast: 10,
        async _ =>
        {
            app.Time.Advance(Ways.HalfMinute);
            admin.TakeNewBrowser();
            var form = await admin.EnterPasswordAsync();
            return new Post(admin, form, [("code", admin.Code())], After: "/");
        });

    [Fact]
    public async Task An_invitation_that_is_accepted() => await WalkAsync(
        atLeast: 6,
        async n =>
        {
            var person = NewPerson(n);
            var form = await person.OpenInvitationAsync(await app.InviteByConsoleAsync(person.UserName));
            return new Post(person, form, [("new-password", person.Password), ("new-password-again", person.Password)], After: "/enroll");
        });

    [Fact]
    public async Task The_first_code_of_an_invited_person() => await WalkAsync(
        atLeast: 15,
        async n =>
        {
            var person = NewPerson(n);
            var picture = await person.ChoosePasswordAsync(await person.OpenInvitationAsync(await app.InviteByConsoleAsync(person.UserName)));
            await person.ScanAsync();
            return new Post(person, picture, [("code", person.Code())], After: "/account");
        });

    [Fact]
    public async Task The_first_code_of_a_new_phone() => await WalkAsync(
        atLeast: 15,
        async n =>
        {
            var person = await EnrolledAsync(n);
            var picture = await person.EnterTicketAsync(await app.ResetByConsoleAsync(person.UserName));
            await person.ScanAsync();
            return new Post(person, picture, [("code", person.Code())], After: "/account");
        });

    [Fact]
    public async Task The_approval_of_a_reset() => await WalkAsync(
        atLeast: 15,
        async n =>
        {
            var id = await app.IdAsync((await EnrolledAsync(n)).UserName);
            var form = await admin.Browser.GetAsync($"/admin/accounts/{id}/reset");
            return new Post(
                admin, form, [("verified", "call-back"), ("reason", "Lost"), ("code", admin.Code())], After: $"/admin/accounts/{id}");
        });

    [Fact]
    public async Task A_reset_that_its_owner_cancels() => await WalkAsync(
        atLeast: 8,
        async n =>
        {
            var person = await EnrolledAsync(n);
            await app.ResetByConsoleAsync(person.UserName);
            person.TakeNewBrowser();
            var asks = await person.EnterPasswordAsync();
            var form = await person.Browser.GetAsync(asks.Link("Cancel the reset with a code"));
            return new Post(person, form, [("code", person.Code())], After: "/sign-in");
        });

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    /// <summary>Lets call 1, 2, … fail until a post passes untouched; then the person presses the button again, and it works.</summary>
    private async Task WalkAsync(int atLeast, Func<int, Task<Post>> prepare)
    {
        var changedAllTheSame = new List<IReadOnlyList<string>>();
        var again = new List<IReadOnlyList<string>>();
        for (var n = 1; n < Most; n++)
        {
            var post = await prepare(n);
            var before = await LedgerAsync();
            failing.Arm(n);
            var answer = await post.SendAsync();
            failing.Disarm();
            var change = (await LedgerAsync()).Since(before);
            if (!failing.Fired)
            {
                AssertWorked(post, answer);
                Assert.NotEmpty(change);
                Assert.All(changedAllTheSame, other => Assert.Equal(change, other));
                Assert.All(again, other => Assert.Equal(change, other));
                Assert.True(n > atLeast, $"Only {n - 1} calls were made to fail.");
                Assert.True(again.Count >= n - 1 - changedAllTheSame.Count);
                Assert.NotEmpty(changedAllTheSame);
                return;
            }

            Assert.True((int)answer.Status >= 500, $"Call {n} failed, and the answer was {answer.Status} {answer.Headers.Location}");
            if (change.Count > 0)
            {
                changedAllTheSame.Add(change);
                continue;
            }

            AssertWorked(post, await post.SendAsync());
            again.Add((await LedgerAsync()).Since(before));
        }

        Assert.Fail($"The story makes more than {Most} calls.");
    }

    private static void AssertWorked(Post post, VisitedPage answer)
    {
        Assert.True(answer.Status == HttpStatusCode.Redirect, $"{answer.Status}: {answer.Words}");
        Assert.Equal(post.After, answer.Headers.Location?.OriginalString);
    }

    private Task<Ledger> LedgerAsync() => Ledger.ReadAsync(app.DatabaseFile, TestContext.Current.CancellationToken);

    /// <summary>Another one for each call, for whom all that is counted begins anew.</summary>
    private async Task<Person> EnrolledAsync(int n)
    {
        var person = NewPerson(n);
        await person.ConfirmAsync(await person.ChoosePasswordAsync(await person.OpenInvitationAsync(await app.InviteByConsoleAsync(person.UserName))));
        return person;
    }

    private Person NewPerson(int n)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"person-{n}");
        return new Person(app, name, $"{name}@acme.example");
    }

    private sealed record Post(Person Person, VisitedPage Form, (string Field, string? Value)[] Fields, string After)
    {
        public Task<VisitedPage> SendAsync() => Person.Browser.SubmitOnceAsync(Form, null, Fields);
    }
}
