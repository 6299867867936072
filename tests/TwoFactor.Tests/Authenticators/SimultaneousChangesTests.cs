namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Two stories both saw something free. The second one to write it is refused as usual, and nothing of it stands.</summary>
public sealed class SimultaneousChangesTests : IAsyncLifetime
{
    /// <summary>The enrollment that this story has just ended is back: another one that began meanwhile looks the same.</summary>
    private const string AnotherPending = """
        UPDATE authenticator SET state='pending', ciphertext=x'00', key_id=(SELECT key_id FROM key_canary) WHERE state='removed'
        """;

    private readonly Meanwhile meanwhile = new();
    private TestHost testHost = null!;

    /// <summary>The session that gave the last proof.</summary>
    private Token session = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync(meanwhile);

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task An_account_has_one_enrollment_when_a_new_QR_code_is_asked_for()
    {
        var (_, invitation) = await testHost.InviteAsync("ana");
        var owner = await testHost.AcceptAsync(invitation);
        meanwhile.Before("INSERT INTO authenticator", AnotherPending);

        Assert.Null(await testHost.AskAsync<EnrollmentRenewal, Token?>(
            renewal => renewal.RestartAsync(owner, TestHost.Stranger, Cancellation)));
        await AssertOnlyPendingAsync(owner);
    }

    [Fact]
    public async Task An_account_has_one_enrollment_when_an_invitation_is_opened_twice()
    {
        var (_, invitation) = await testHost.InviteAsync("ana");
        var owner = await testHost.AcceptAsync(invitation);
        meanwhile.Before("INSERT INTO authenticator", AnotherPending);

        Assert.IsType<AcceptOutcome.LinkOver>(await testHost.AskAsync<InvitationAcceptance, AcceptOutcome>(acceptance =>
            acceptance.AcceptAsync(invitation, TestHost.Password, TestHost.Password, TestHost.Stranger, Cancellation)));
        await AssertOnlyPendingAsync(owner);
    }

    [Fact]
    public async Task An_account_has_one_enrollment_when_its_owner_begins_two()
    {
        var me = await ProvenAsync(await testHost.AddAsync());
        var owner = Assert.IsType<OwnAuthenticatorOutcome.Opened>(await StartAsync(me)).Owner;
        meanwhile.Before("INSERT INTO authenticator", AnotherPending);

        Assert.IsType<OwnAuthenticatorOutcome.ChangedMeanwhile>(await StartAsync(me));
        await AssertOnlyPendingAsync(owner);
    }

    [Fact]
    public async Task Two_authenticators_of_an_account_never_get_the_same_name()
    {
        var me = await WithTwoAsync(await testHost.AddAsync());
        var second = (await ActiveAsync()).Single(row => row.Number == 2);
        meanwhile.Before("UPDATE authenticator SET label", "UPDATE authenticator SET label='WORK', folded_label='work' WHERE number=1");

        var outcome = await testHost.AskAsync<OwnAuthenticators, OwnAuthenticatorOutcome>(
            own => own.RenameAsync(me, second.Id, "Work", Actor.Server, Cancellation));

        Assert.Equal("Work", Assert.IsType<OwnAuthenticatorOutcome.LabelTaken>(outcome).Label);
        Assert.True(meanwhile.IsDone);
        Assert.Equal(["Authenticator app", "Authenticator app (2)"], (await ActiveAsync()).Select(row => row.Label));
    }

    [Fact]
    public async Task A_new_authenticator_takes_a_name_that_is_free_and_none_that_was_given_away_just_now()
    {
        var me = await ProvenAsync(await testHost.AddAsync());
        var first = Assert.Single(await ActiveAsync());
        Assert.IsType<OwnAuthenticatorOutcome.Renamed>(await testHost.AskAsync<OwnAuthenticators, OwnAuthenticatorOutcome>(
            own => own.RenameAsync(me, first.Id, "authenticator APP (2)", Actor.Server, Cancellation)));
        var owner = Assert.IsType<OwnAuthenticatorOutcome.Opened>(await StartAsync(me)).Owner;
        var phone = await testHost.ScanAsync(owner);
        meanwhile.Before(
            "UPDATE authenticator SET state='active'",
            "UPDATE authenticator SET label='?', folded_label='authenticator app (2) (2)' WHERE number=1");

        Assert.IsType<EnrollmentVerdict.Lost>(Assert.IsType<ConfirmOutcome.Refused>(await ConfirmAsync(owner, phone)).Verdict);
        Assert.True(meanwhile.IsDone);
        Assert.IsType<ConfirmOutcome.SignedIn>(await ConfirmAsync(owner, phone));
        Assert.Equal(["authenticator APP (2)", "Authenticator app (2) (2)"], (await ActiveAsync()).Select(row => row.Label));
    }

    [Fact]
    public async Task Of_authenticators_that_are_confirmed_at_once_no_more_than_allowed_become_active()
    {
        var me = await ProvenAsync(await testHost.AddAsync());
        var owner = Assert.IsType<OwnAuthenticatorOutcome.Opened>(await StartAsync(me)).Owner;
        var phone = await testHost.ScanAsync(owner);
        meanwhile.Before("UPDATE authenticator SET state='active'", """
            INSERT INTO authenticator (id, account_id, label, folded_label, number, state, ciphertext, key_id, extensions, confirm_fails,
             owner, owner_seal, epoch, ticket_id, is_imported, replaces_all, created_at)
             SELECT hex(randomblob(16)), a.account_id, n, n, 100+n, 'active', a.ciphertext, a.key_id, 0, 0, randomblob(32), x'00', 1,
              a.ticket_id, 0, 0, 0
              FROM authenticator a CROSS JOIN (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) WHERE a.state='active'
            """);

        Assert.IsType<EnrollmentVerdict.Lost>(Assert.IsType<ConfirmOutcome.Refused>(await ConfirmAsync(owner, phone)).Verdict);
        Assert.True(meanwhile.IsDone);
        Assert.Single(await ActiveAsync());
    }

    [Fact]
    public async Task An_account_has_one_set_of_recovery_codes_to_save()
    {
        var me = await ProvenAsync(await testHost.AddAsync());
        Assert.True(await MakeCodesAsync(me));
        var shown = Assert.Single(await testHost.RowsAsync<RecoverySet>());
        meanwhile.Before("INSERT INTO recovery_set", """
            INSERT INTO recovery_set (id, account_id, session_id, epoch, state, salt, memory_kibibytes, iterations, ciphertext,
             key_id, created_at, expires_at)
             SELECT hex(randomblob(16)), s.account_id, s.id, s.epoch, 'pending', x'00', 1, 1, x'00', k.key_id, 0, 99999999999
              FROM session s CROSS JOIN key_canary k LIMIT 1
            """);

        Assert.False(await MakeCodesAsync(me));
        Assert.True(meanwhile.IsDone);
        Assert.Equal(shown.Id, Assert.Single(await testHost.RowsAsync<RecoverySet>()).Id);
    }

    /// <summary>Another sign-in of this browser renews its token, or a reset forgets it, between the look and the change.</summary>
    [Theory]
    [InlineData("UPDATE device SET id_mac=x'00'")]
    [InlineData("DELETE FROM device")]
    public async Task A_browser_whose_row_was_changed_meanwhile_is_known_by_a_row_of_its_own(string change)
    {
        var (id, _) = await testHost.InviteAsync("ana");
        var first = await RememberAsync(id, null);
        meanwhile.Before("UPDATE device", change);

        var second = await RememberAsync(id, first);

        Assert.True(meanwhile.IsDone);
        Assert.Contains(
            await testHost.AskAsync<Devices, Guid>(devices => devices.FindAsync(id, second, Cancellation)),
            (await testHost.RowsAsync<Device>()).Select(row => row.Id));
        Assert.Equal(
            Devices.Unknown, await testHost.AskAsync<Devices, Guid>(devices => devices.FindAsync(id, first, Cancellation)));
    }

    private Task<DeviceTokens> RememberAsync(Guid account, DeviceTokens? tokens) => testHost.RunAsync<Devices, DeviceTokens>(
        TestHost.Stranger, (devices, work) => devices.RememberAsync(work, account, tokens));

    [Fact]
    public async Task A_parked_session_is_woken_once()
    {
        var ana = await testHost.AddAsync();
        testHost.Time.Advance(TimeSpan.FromMinutes(60));
        meanwhile.Before("UPDATE session SET last_seen_at", "UPDATE session SET id_mac=x'00'");

        var outcome = await testHost.AskAsync<PasswordStep, PasswordOutcome>(
            step => step.SubmitAsync("ana", TestHost.Password, null, ana.Session, null, TestHost.Stranger, Cancellation));

        Assert.IsType<PasswordOutcome.Proven>(outcome);
        Assert.True(meanwhile.IsDone);
        Assert.Empty(await testHost.EventsAsync(AuditKinds.SessionResumed, ana.Id));
    }

    private Task<OwnAuthenticatorOutcome> StartAsync(CurrentSession me) => testHost.AskAsync<OwnAuthenticators, OwnAuthenticatorOutcome>(
        own => own.StartAsync(me, Actor.Server, Cancellation));

    private Task<bool> MakeCodesAsync(CurrentSession me) => testHost.AskAsync<NewRecoverySets, bool>(
        sets => sets.MakeAsync(me.Account.Id, me.Epoch, me.Session, Actor.Server, Cancellation));

    private Task<ConfirmOutcome> ConfirmAsync(Token owner, Phone phone) => testHost.ConfirmAsync(owner, phone.Code(), session: session);

    /// <summary>Signed in, with a fresh proof.</summary>
    private async Task<CurrentSession> ProvenAsync(Colleague who)
    {
        var me = await testHost.AgentAsync(who);
        var given = Assert.IsType<ProofOutcome.Given>(await testHost.AskAsync<Proofs, ProofOutcome>(
            proofs => proofs.GiveAsync(me, who.Phone.Code(), forChanges: true, Actor.Server, Cancellation)));
        session = given.Session;
        return Assert.IsType<SessionState.Live>(await testHost.LookAtSessionAsync(session)).CurrentSession;
    }

    /// <summary>With a second authenticator.</summary>
    private async Task<CurrentSession> WithTwoAsync(Colleague who)
    {
        var me = await ProvenAsync(who);
        var owner = Assert.IsType<OwnAuthenticatorOutcome.Opened>(await StartAsync(me)).Owner;
        var signedIn = Assert.IsType<ConfirmOutcome.SignedIn>(await ConfirmAsync(owner, await testHost.ScanAsync(owner)));
        return Assert.IsType<SessionState.Live>(await testHost.LookAtSessionAsync(signedIn.Session)).CurrentSession;
    }

    private async Task<List<Authenticator>> ActiveAsync() =>
        [.. (await testHost.RowsAsync<Authenticator>()).Where(row => row.State is AuthenticatorStates.Active).OrderBy(row => row.Number)];

    /// <summary>What was refused has left the enrollment of before as it was.</summary>
    private async Task AssertOnlyPendingAsync(Token owner)
    {
        Assert.True(meanwhile.IsDone);
        Assert.IsType<EnrollmentState.Open>(await testHost.FindEnrollmentAsync(owner));
        Assert.Single(await testHost.RowsAsync<Authenticator>(), row => row.State is AuthenticatorStates.Pending);
    }
}
