namespace TwoFactor.Tests.Stories;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Killed again and again under people who sign in: nothing that was acknowledged is lost, and nothing stands half.</summary>
/// <remarks>It runs alone: on a busy machine every kill would come before anything was answered.</remarks>
[Slow]
[Collection(RunsAlone.Name)]
public sealed class KillStormTests
{
    private const int Kills = 20;
    private const int MostAnswers = 12;
    private const int MostMilliseconds = 40;
    private const int EveryThird = 3;

    [Fact]
    public async Task Killed_twenty_times_under_sign_ins_it_forgets_no_spent_code_and_no_wrong_one()
    {
        await using var server = await ServerProcess.StartNewAloneAsync(
            ("Limits:Codes:ClosedAfterInPeriod", "200"), ("Limits:Codes:ClosedAfterConsecutive", "100"),
            ("Limits:Codes:FreeWrongCodes", "20"), ("Limits:Sessions:EndedSignIns", "100"));
        var database = new KilledDatabase(server.DatabaseFile);
        using var admin = await NewUser.FirstAdminAsync(server);
        var load = await PeopleAsync(server, admin, "bob", "cy");
        var newcomers = Enumerable.Range(0, Kills).Select(kill => $"new-{kill.ToString(CultureInfo.InvariantCulture)}").ToArray();
        var invitations = await InviteAsync(server, admin, newcomers);
        var (acknowledged, enrollments) = (0L, 0);

        for (var kill = 0; kill < Kills; kill++)
        {
            var (newcomer, invitation) = (newcomers[kill], invitations[kill]);
            var enrolling = Task.Run(() => EnrollUnlessKilledAsync(server, newcomer, invitation));
            var working = load.Select(one => Task.Run(one.SignInUntilKilledAsync)).ToList();
            await AnswersAsync(load, RandomNumberGenerator.GetInt32(MostAnswers));
            if (kill % EveryThird is 0)
            {
                // An enrollment takes longer than most kills leave it: these come right after its answer.
                await enrolling;
            }

            await Task.Delay(RandomNumberGenerator.GetInt32(MostMilliseconds), TestContext.Current.CancellationToken);
            await server.KillAsync();
            await Task.WhenAll(working);
            var enrolled = await enrolling;

            await database.AssertWholeAsync();
            foreach (var one in load)
            {
                await one.AssertNothingLostAsync(database);
            }

            enrollments += enrolled ? 1 : 0;
            await AssertWhollyEnrolledOrNotAsync(database, newcomer, enrolled);

            await server.StartAsync();
            await Task.WhenAll(load.Select(one => one.ReplayAsync()));
            acknowledged += load.Sum(one => one.Answered);

            // The next round needs steps that are not spent, and the clock is the real one.
            await database.ForgetSpentAndWrongCodesAsync();
        }

        Assert.True(enrollments > 0, "Every kill came before an enrollment was answered.");
        Assert.True(acknowledged > Kills, string.Create(CultureInfo.InvariantCulture, $"Only {acknowledged} codes were answered."));
        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode is 0, verified.Output + verified.Error);
        Assert.Equal(0, await server.StopAsync());
    }

    private static async Task<IReadOnlyList<Load>> PeopleAsync(ServerProcess server, NewUser admin, params string[] others)
    {
        var load = new List<Load> { new(admin) };
        foreach (var (name, invitation) in others.Zip(await InviteAsync(server, admin, others)))
        {
            load.Add(new Load(await NewUser.AcceptAsync(server, name, invitation)));
        }

        return load;
    }

    /// <summary>All at once: their mails come together.</summary>
    private static async Task<IReadOnlyList<Uri>> InviteAsync(ServerProcess server, NewUser admin, IReadOnlyList<string> userNames)
    {
        foreach (var userName in userNames)
        {
            var form = await admin.Browser.GetAsync("/admin/accounts/new");
            await admin.Browser.SubmitAsync(form, ("username", userName), ("email", $"{userName}@acme.example"));
        }

        var links = new List<Uri>();
        foreach (var userName in userNames)
        {
            links.Add((await server.Mailbox.TakeAsync($"{userName}@acme.example", "invited")).Link("/invitation/"));
        }

        return links;
    }

    /// <summary>Lets so many codes be answered that the kill falls into the middle of the work.</summary>
    private static Task AnswersAsync(IReadOnlyList<Load> load, int answers) => Eventually.GetAsync(
        () => Task.FromResult(load.Sum(one => one.Answered) >= answers ? "enough" : null), () => "The server answers too few codes.");

    /// <returns>Whether the confirmation was acknowledged before the kill.</returns>
    private static async Task<bool> EnrollUnlessKilledAsync(ServerProcess server, string userName, Uri invitation)
    {
        try
        {
            using var newUser = await NewUser.AcceptAsync(server, userName, invitation);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            return false;
        }
    }

    private static async Task AssertWhollyEnrolledOrNotAsync(KilledDatabase database, string userName, bool mustBe)
    {
        var active = await database.NumberAsync(
            $"SELECT COUNT(*) FROM authenticator JOIN account ON account.id=authenticator.account_id WHERE state='active' AND "
                + $"user_name='{userName}'");
        var spentInvitations = await database.NumberAsync(
            $"SELECT COUNT(*) FROM ticket JOIN account ON account.id=ticket.account_id WHERE kind='invitation' AND used_at IS NOT "
                + $"NULL AND user_name='{userName}'");
        Assert.Equal(active, spentInvitations);
        Assert.Equal(active, await database.EventsAsync("account.enrolled", userName));
        Assert.InRange(active, mustBe ? 1 : 0, 1);
    }

    private static bool IsSignedIn(VisitedPage answer) => answer.Status is HttpStatusCode.Redirect or HttpStatusCode.SeeOther;

    private static bool IsWrong(VisitedPage answer) =>
        answer.Words.Contains("That code did not work", StringComparison.Ordinal)
            || answer.Words.Contains("Five codes did not work", StringComparison.Ordinal);

    /// <summary>What one person sent, and what he was told.</summary>
    private sealed class Load(NewUser person)
    {
        private long sentWrong;
        private long toldWrong;
        private long toldSignedIn;
        private long lastSent;
        private long? lastAccepted;
        private int answered;

        /// <summary>Codes that were answered in this round.</summary>
        public int Answered => Volatile.Read(ref answered);

        public async Task SignInUntilKilledAsync()
        {
            lastSent = 0;
            answered = 0;
            lastAccepted = null;
            try
            {
                while (true)
                {
                    await SignInAsync();
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
            {
                // The server is gone.
            }
        }

        public async Task AssertNothingLostAsync(KilledDatabase database)
        {
            var counted = await database.GuardAsync("fails30", person.UserName);
            Assert.InRange(counted, toldWrong, sentWrong);
            Assert.Equal(counted, await database.EventsAsync("code.wrong", person.UserName));
            if (lastAccepted is { } step)
            {
                Assert.InRange(await database.GuardAsync("last_step", person.UserName), step, step + 2);
            }

            var completed = await database.EventsAsync("sign-in.completed", person.UserName);
            Assert.True(completed > toldSignedIn, $"{completed} sign-ins, {toldSignedIn} were told.");
            Assert.Equal(completed, await database.NumberAsync(
                $"SELECT COUNT(*) FROM session JOIN account ON account.id=session.account_id WHERE user_name='{person.UserName}'"));
            Assert.Equal(completed, 1 + await database.NumberAsync(
                $"SELECT COUNT(*) FROM pending_sign_in JOIN account ON account.id=pending_sign_in.account_id WHERE used_at IS NOT "
                    + $"NULL AND user_name='{person.UserName}'"));
        }

        public async Task ReplayAsync()
        {
            if (lastAccepted is { } step)
            {
                var (browser, page) = await person.EnterPasswordAsync();
                var answer = await browser.SubmitOnceAsync(page, null, ("code", person.Code(step)));
                Assert.False(IsSignedIn(answer), $"Step {step} was accepted twice.");
                Assert.True(
                    answer.Words.Contains("A code for this half minute was already used", StringComparison.Ordinal)
                        || NewUser.Now > step + 1, answer.Words);
                sentWrong += IsWrong(answer) ? 1 : 0;
            }
        }

        private async Task SignInAsync()
        {
            var (browser, page) = await person.EnterPasswordAsync();
            using (browser)
            {
                await SendWrongAsync(browser, page);
                var step = Math.Max(lastSent + 1, NewUser.Now - 1);
                if (step > NewUser.Now + 1)
                {
                    await SendWrongAsync(browser, page);
                    return;
                }

                lastSent = step;
                if (IsSignedIn(await browser.SubmitOnceAsync(page, null, ("code", person.Code(step)))))
                {
                    (lastAccepted, toldSignedIn) = (step, toldSignedIn + 1);
                    Interlocked.Increment(ref answered);
                }
                else
                {
                    // The half minute was over before it came.
                    sentWrong++;
                }
            }
        }

        private async Task SendWrongAsync(Visitor browser, VisitedPage page)
        {
            sentWrong++;
            if (IsWrong(await browser.SubmitOnceAsync(page, null, ("code", person.WrongCode()))))
            {
                toldWrong++;
                Interlocked.Increment(ref answered);
            }
        }
    }
}
