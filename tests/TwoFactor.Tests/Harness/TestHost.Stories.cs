namespace TwoFactor.Tests.Harness;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using Xunit;

/// <summary>Somebody of a ground: who, with which phone, and what the browser holds.</summary>
public sealed record Colleague(Guid Id, string UserName, Role Role, Phone Phone, Token Session, Token Device);

public sealed partial class TestHost
{
    public static TypedPassword Password { get; } = new("seven green bicycles at noon");

    /// <summary>The first admin, enrolled; a minute later, so that the confirming step lies behind.</summary>
    public async Task<Colleague> FirstAdminAsync(string userName = "ada")
    {
        var link = await AskAsync<InitialSetup, Token?>(start => start.MakeLinkAsync(Cancellation));
        var opened = Assert.IsType<AcceptOutcome.EnrollmentOpened>(await AskAsync<InitialSetup, AcceptOutcome>(start =>
            start.SubmitAsync(link, userName, $"{userName}@acme.example", Password, Password, Stranger, Cancellation)));
        return await ConfirmAsync(userName, Role.Admin, opened.Owner);
    }

    /// <summary>An account, invited by the console. What is returned is its invitation.</summary>
    public async Task<(Guid Id, Token Invitation)> InviteAsync(string userName, Role role = Role.User)
    {
        var request = new InvitationRequest(userName, $"{userName}@acme.example", null, role);
        var invited = Assert.IsType<InviteOutcome.Invited>(
            await AskAsync<Invitations, InviteOutcome>(invitations => invitations.InviteAsync(null, request, Actor.Console, Cancellation)));
        return (invited.Account.Id, invited.Invitation);
    }

    /// <summary>Sets the password that belongs to an invitation. What is returned is the browser's enrollment.</summary>
    public async Task<Token> AcceptAsync(Token invitation) => Assert.IsType<AcceptOutcome.EnrollmentOpened>(
        await AskAsync<InvitationAcceptance, AcceptOutcome>(invitationAcceptance =>
            invitationAcceptance.AcceptAsync(invitation, Password, Password, Stranger, Cancellation))).Owner;

    /// <summary>Somebody invited and enrolled; a minute later, so that the confirming step lies behind.</summary>
    public async Task<Colleague> AddAsync(string userName = "ana", Role role = Role.User)
    {
        var (_, invitation) = await InviteAsync(userName, role);
        return await ConfirmAsync(userName, role, await AcceptAsync(invitation));
    }

    /// <summary>What the browser of an enrollment sees.</summary>
    public Task<EnrollmentState> FindEnrollmentAsync(Token? owner) =>
        AskAsync<Enrollments, EnrollmentState>(enrollments => enrollments.FindAsync(owner, Cancellation));

    /// <summary>The phone takes the secret over from the picture.</summary>
    public async Task<Phone> ScanAsync(Token owner) =>
        new(Assert.IsType<EnrollmentState.Open>(await FindEnrollmentAsync(owner)).Secret, Time);

    /// <param name="session">Of the browser; a picture that a proof began is confirmed by no other.</param>
    public Task<ConfirmOutcome> ConfirmAsync(Token? owner, string? typed, Token? device = null, Token? session = null) =>
        AskAsync<EnrollmentConfirmation, ConfirmOutcome>(
            confirmation => confirmation.ConfirmAsync(owner, typed, session, device, Stranger, Cancellation));

    /// <summary>The password step. What is returned is the pending sign-in.</summary>
    public async Task<Token> EnterPasswordAsync(string userName) =>
        Assert.IsType<PasswordOutcome.Proven>(await TryPasswordAsync(userName)).Pending;

    public Task<PasswordOutcome> TryPasswordAsync(string userName, TypedPassword? typed = null) =>
        AskAsync<PasswordStep, PasswordOutcome>(
            step => step.SubmitAsync(userName, typed ?? Password, null, null, null, Stranger, Cancellation));

    public Task<SignInOutcome> EnterCodeAsync(Token? pending, string? typed) =>
        AskAsync<SignIn, SignInOutcome>(signIn => signIn.CompleteAsync(pending, Guid.Empty, typed, null, null, Stranger, Cancellation));

    /// <summary>Both steps.</summary>
    public async Task<SignInOutcome> SignInAsync(Colleague who, string typed) =>
        await EnterCodeAsync(await EnterPasswordAsync(who.UserName), typed);

    /// <summary>Pending sign-ins without their passwords, for storms.</summary>
    public Task<List<Token>> PendingsAsync(Colleague who, int count) =>
        RunAsync<PendingSignIns, List<Token>>(TestHost.Stranger, async (pendings, work) =>
        {
            var guard = await GuardAsync(who.Id);
            return [.. Enumerable.Range(0, count).Select(_ => pendings.Open(work, who.Id, guard.Epoch, who.UserName, null))];
        });

    /// <summary>Whom a session opens the door for.</summary>
    public Task<SessionState> LookAtSessionAsync(Token? session) =>
        AskAsync<SessionStore, SessionState>(sessions => sessions.FindAsync(session, Cancellation));

    /// <summary>What an agent's requests act with. The session must live.</summary>
    public async Task<CurrentSession> AgentAsync(Colleague agent) =>
        Assert.IsType<SessionState.Live>(await LookAtSessionAsync(agent.Session)).CurrentSession;

    /// <summary>Wrong codes, one after the other, in as many pending sign-ins as it takes; the clock moves past every wait.</summary>
    public async Task FailAsync(Colleague who, int times)
    {
        for (var done = 0; done < times; done++)
        {
            var guard = await GuardAsync(who.Id);
            if (guard.WaitUntil > Now)
            {
                Time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(guard.WaitUntil));
            }

            Assert.IsType<CodeVerdict.Wrong>(
                Assert.IsType<SignInOutcome.Refused>(
                    await EnterCodeAsync((await PendingsAsync(who, 1))[0], who.Phone.WrongCode())).Verdict);
        }
    }

    /// <summary>Goes on to the beginning of the next time step, or of a later one.</summary>
    public void GoOn(int steps = 1) => Time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds((Step + steps) * TotpCode.Period));

    private async Task<Colleague> ConfirmAsync(string userName, Role role, Token owner)
    {
        var look = Assert.IsType<EnrollmentState.Open>(await FindEnrollmentAsync(owner));
        var phone = new Phone(look.Secret, Time);
        var signedIn = Assert.IsType<ConfirmOutcome.SignedIn>(await ConfirmAsync(owner, phone.Code()));
        GoOn(2);
        return new Colleague(look.Pending.AccountId, userName, role, phone, signedIn.Session, signedIn.Device);
    }
}
