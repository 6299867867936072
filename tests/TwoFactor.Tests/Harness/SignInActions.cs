namespace TwoFactor.Tests.Harness;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;
using Xunit;

/// <summary>Somebody of a host: who, with which phone, and what the browser holds.</summary>
public sealed record Colleague(Guid Id, string UserName, Role Role, Phone Phone, Token Session, DeviceTokens Device);

/// <summary>How people come in, sign in and fail, told to a <see cref="TestHost"/> without pages.</summary>
public static class SignInActions
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The first admin, enrolled; a minute later, so that the confirming step lies behind.</summary>
    public static async Task<Colleague> FirstAdminAsync(this TestHost testHost, string userName = "ada")
    {
        var link = await testHost.AskAsync<InitialSetup, Token?>(start => start.MakeLinkAsync(Cancellation));
        var opened = Assert.IsType<AcceptOutcome.EnrollmentOpened>(await testHost.AskAsync<InitialSetup, AcceptOutcome>(start =>
            start.SubmitAsync(
                link, userName, $"{userName}@acme.example", TestHost.Password, TestHost.Password, TestHost.Stranger, Cancellation)));
        return await testHost.ConfirmAsync(userName, Role.Admin, opened.Owner);
    }

    /// <summary>An account, invited by the console. What is returned is its invitation.</summary>
    public static async Task<(Guid Id, Token Invitation)> InviteAsync(this TestHost testHost, string userName, Role role = Role.User)
    {
        var request = new InvitationRequest(userName, $"{userName}@acme.example", null, role);
        var invited = Assert.IsType<InviteOutcome.Invited>(
            await testHost.AskAsync<Invitations, InviteOutcome>(
                invitations => invitations.InviteAsync(null, request, Actor.Console, Cancellation)));
        return (invited.Account.Id, invited.Invitation);
    }

    /// <summary>Sets the password that belongs to an invitation. What is returned is the browser's enrollment.</summary>
    public static async Task<Token> AcceptAsync(this TestHost testHost, Token invitation) => Assert.IsType<AcceptOutcome.EnrollmentOpened>(
        await testHost.AskAsync<InvitationAcceptance, AcceptOutcome>(invitationAcceptance =>
            invitationAcceptance.AcceptAsync(invitation, TestHost.Password, TestHost.Password, TestHost.Stranger, Cancellation))).Owner;

    /// <summary>Somebody invited and enrolled; a minute later, so that the confirming step lies behind.</summary>
    public static async Task<Colleague> AddAsync(this TestHost testHost, string userName = "ana", Role role = Role.User)
    {
        var (_, invitation) = await testHost.InviteAsync(userName, role);
        return await testHost.ConfirmAsync(userName, role, await testHost.AcceptAsync(invitation));
    }

    /// <summary>What the browser of an enrollment sees.</summary>
    public static Task<EnrollmentState> FindEnrollmentAsync(this TestHost testHost, Token? owner) =>
        testHost.AskAsync<Enrollments, EnrollmentState>(enrollments => enrollments.FindAsync(owner, Cancellation));

    /// <summary>The phone takes the secret over from the picture.</summary>
    public static async Task<Phone> ScanAsync(this TestHost testHost, Token owner) =>
        new(Assert.IsType<EnrollmentState.Open>(await testHost.FindEnrollmentAsync(owner)).Secret, testHost.Time);

    /// <param name="session">Of the browser; a picture that a proof began is confirmed by no other.</param>
    public static Task<ConfirmOutcome> ConfirmAsync(
        this TestHost testHost, Token? owner, string? typed, DeviceTokens? device = null, Token? session = null) =>
        testHost.AskAsync<EnrollmentConfirmation, ConfirmOutcome>(
            confirmation => confirmation.ConfirmAsync(owner, typed, session, device, TestHost.Stranger, Cancellation));

    /// <summary>The password step. What is returned is the pending sign-in.</summary>
    public static async Task<Token> EnterPasswordAsync(this TestHost testHost, string userName) =>
        Assert.IsType<PasswordOutcome.Proven>(await testHost.TryPasswordAsync(userName)).Pending;

    public static Task<PasswordOutcome> TryPasswordAsync(this TestHost testHost, string userName, TypedPassword? typed = null) =>
        testHost.AskAsync<PasswordStep, PasswordOutcome>(
            step => step.SubmitAsync(userName, typed ?? TestHost.Password, null, null, null, TestHost.Stranger, Cancellation));

    public static Task<SignInOutcome> EnterCodeAsync(this TestHost testHost, Token? pending, string? typed) =>
        testHost.AskAsync<SignIn, SignInOutcome>(
            signIn => signIn.CompleteAsync(pending, Guid.Empty, typed, null, null, TestHost.Stranger, Cancellation));

    /// <summary>Both steps.</summary>
    public static async Task<SignInOutcome> SignInAsync(this TestHost testHost, Colleague who, string typed) =>
        await testHost.EnterCodeAsync(await testHost.EnterPasswordAsync(who.UserName), typed);

    /// <summary>Pending sign-ins without their passwords, for storms.</summary>
    public static Task<List<Token>> PendingsAsync(this TestHost testHost, Colleague who, int count) =>
        testHost.RunAsync<PendingSignIns, List<Token>>(TestHost.Stranger, async (pendings, work) =>
        {
            var guard = await testHost.GuardAsync(who.Id);
            return [.. Enumerable.Range(0, count).Select(_ => pendings.Open(work, who.Id, guard.Epoch, who.UserName, null))];
        });

    /// <summary>Whom a session opens the door for.</summary>
    public static Task<SessionState> LookAtSessionAsync(this TestHost testHost, Token? session) =>
        testHost.AskAsync<SessionStore, SessionState>(sessions => sessions.FindAsync(session, Cancellation));

    /// <summary>What an agent's requests act with. The session must live.</summary>
    public static async Task<CurrentSession> AgentAsync(this TestHost testHost, Colleague agent) =>
        Assert.IsType<SessionState.Live>(await testHost.LookAtSessionAsync(agent.Session)).CurrentSession;

    /// <summary>Wrong codes, one after the other, in as many pending sign-ins as it takes; the clock moves past every wait.</summary>
    public static async Task FailAsync(this TestHost testHost, Colleague who, int times)
    {
        for (var done = 0; done < times; done++)
        {
            var guard = await testHost.GuardAsync(who.Id);
            if (guard.WaitUntil > testHost.Now)
            {
                testHost.Time.SetUtcNow(guard.WaitUntil.ToDateTimeOffset());
            }

            Assert.IsType<CodeVerdict.Wrong>(
                Assert.IsType<SignInOutcome.Refused>(
                    await testHost.EnterCodeAsync((await testHost.PendingsAsync(who, 1))[0], who.Phone.WrongCode())).Verdict);
        }
    }

    /// <summary>Goes on to the beginning of the next time step, or of a later one.</summary>
    public static void GoOn(this TestHost testHost, int steps = 1) =>
        testHost.Time.SetUtcNow((new UnixTime(0) + ((testHost.Step + steps).Number * TotpCode.Period)).ToDateTimeOffset());

    private static async Task<Colleague> ConfirmAsync(this TestHost testHost, string userName, Role role, Token owner)
    {
        var look = Assert.IsType<EnrollmentState.Open>(await testHost.FindEnrollmentAsync(owner));
        var phone = new Phone(look.Secret, testHost.Time);
        var signedIn = Assert.IsType<ConfirmOutcome.SignedIn>(await testHost.ConfirmAsync(owner, phone.Code()));
        testHost.GoOn(2);
        return new Colleague(look.Pending.AccountId, userName, role, phone, signedIn.Session, signedIn.Device);
    }
}
