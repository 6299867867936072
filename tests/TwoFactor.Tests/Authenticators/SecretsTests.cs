namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Somebody who writes to the database moves or alters a secret, and has it accepted on the console; somebody else loses the key ring.
/// </summary>
public sealed class SecretsTests
{
    [Fact]
    public async Task Swapped_secrets_refuse_both_codes_charge_both_and_raise_one_alarm_each()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var (ana, bob) = (await testHost.AddAsync(), await testHost.AddAsync("bob"));
        await testHost.ArrangeAsync(
            """
            CREATE TEMP TABLE before AS SELECT id, ciphertext FROM authenticator WHERE state='active';
            UPDATE authenticator SET ciphertext=(SELECT o.ciphertext FROM before o WHERE o.id<>authenticator.id) WHERE state='active';
            DROP TABLE before
            """);

        foreach (var (who, code) in new[] { (ana, bob.Phone.Code()), (bob, ana.Phone.Code()) })
        {
            var verdict = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await testHost.SignInAsync(who, code)));
            await AssertAlarmAsync(testHost, who, verdict);
        }

        foreach (var who in new[] { ana, bob })
        {
            Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await testHost.SignInAsync(who, who.Phone.Code())));
            Assert.Equal(2, (await testHost.GuardAsync(who.Id)).Fails);
        }
    }

    /// <summary>A whole row moved, with key and owner: the purpose names the row's id and account.</summary>
    [Fact]
    public async Task A_row_moved_to_another_account_opens_nothing()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var (ana, mallory) = (await testHost.AddAsync(), await testHost.AddAsync("mallory"));
        await testHost.ArrangeAsync(
            """
            UPDATE authenticator SET state='removed', ciphertext=NULL WHERE account_id=$ana COLLATE NOCASE;
            UPDATE authenticator SET account_id=(SELECT id FROM account WHERE user_name='ana'), number=7
              WHERE account_id=$mallory COLLATE NOCASE
            """,
            ("$ana", ana.Id.ToString("D")),
            ("$mallory", mallory.Id.ToString("D")));

        var verdict = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, mallory.Phone.Code())));

        await AssertAlarmAsync(testHost, ana, verdict);
    }

    [Theory]
    [InlineData("zeroblob(length(ciphertext))")]
    [InlineData("zeroblob(4) || substr(ciphertext, 5)")]
    [InlineData("substr(ciphertext, 1, length(ciphertext) - 1)")]
    [InlineData("substr(ciphertext, 1, 40)")]
    [InlineData("substr(ciphertext, 1, 20)")]
    [InlineData("substr(ciphertext, 1, 3)")]
    [InlineData("x''")]
    [InlineData("ciphertext || x'00'")]
    [InlineData(
        "substr(ciphertext, 1, 30) || CASE substr(ciphertext, 31, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(ciphertext, 32)")]
    public async Task An_altered_secret_is_a_wrong_code_and_an_alarm(string altered)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        await testHost.ArrangeAsync($"UPDATE authenticator SET ciphertext=CAST({altered} AS BLOB) WHERE state='active'");

        var verdict = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.Code())));

        await AssertAlarmAsync(testHost, ana, verdict);
    }

    [Fact]
    public async Task A_ring_that_lost_its_key_judges_no_code_and_charges_nobody()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var (_, invitation) = await testHost.InviteAsync("bob");
        var owner = await testHost.AcceptAsync(invitation);
        var bobs = await testHost.ScanAsync(owner);
        var pending = await testHost.EnterPasswordAsync(ana.UserName);
        var before = await DatabaseDump.OfAsync(testHost);
        var file = Assert.Single(Directory.GetFiles(testHost.Settings.KeyRing.Secrets, "*.xml"));
        var kept = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.False((await testHost.LookAtRingAsync()).IsConsistent);

        for (var tried = 0; tried < 10; tried++)
        {
            Assert.IsType<CodeVerdict.KeyMissing>(CodeVerdictTests.Verdict(await testHost.EnterCodeAsync(pending, ana.Phone.Code())));
            Assert.IsType<CodeVerdict.KeyMissing>(CodeVerdictTests.Verdict(await testHost.EnterCodeAsync(pending, ana.Phone.WrongCode())));
            Assert.IsType<EnrollmentVerdict.KeyMissing>(
                Assert.IsType<ConfirmOutcome.Refused>(await testHost.ConfirmAsync(owner, bobs.Code())).Verdict);
        }

        Assert.IsType<EnrollmentState.KeyMissing>(await testHost.FindEnrollmentAsync(owner));
        Assert.Equal(before, await DatabaseDump.OfAsync(testHost));
        Assert.IsType<SessionState.Live>(await testHost.LookAtSessionAsync(ana.Session));

        await File.WriteAllBytesAsync(file, kept, TestContext.Current.CancellationToken);
        Assert.True((await testHost.LookAtRingAsync()).IsConsistent);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(pending, ana.Phone.Code()));
    }

    /// <summary>A key id that no canary knows is refused by the database itself; one that the ring lacks is nobody's wrong code.</summary>
    [Fact]
    public async Task A_single_secret_under_a_key_that_the_ring_lacks_charges_nobody()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var strange = Guid.NewGuid();
        await testHost.ArrangeAsync(
            "INSERT INTO key_canary (key_id, canary, created_at) VALUES ($k, x'00', 0); UPDATE authenticator SET key_id=$k WHERE "
                + "state='active'",
            ("$k", strange));

        Assert.IsType<CodeVerdict.KeyMissing>(CodeVerdictTests.Verdict(await testHost.SignInAsync(ana, ana.Phone.Code())));

        Assert.Equal(0, (await testHost.GuardAsync(ana.Id)).Fails);
        Assert.Equal(0, (await testHost.RowsAsync<PendingSignIn>()).Max(row => row.Tries));
        Assert.False((await testHost.LookAtRingAsync()).IsConsistent);
    }

    private static async Task AssertAlarmAsync(TestHost testHost, Colleague who, CodeVerdict.Wrong verdict)
    {
        Assert.Equal(8, verdict.AlarmReference?.Length);
        Assert.Equal(verdict.AlarmReference, Assert.Single(await testHost.EventsAsync(AuditKinds.AlarmSecretUnreadable, who.Id)).Detail);
        Assert.Single(await testHost.EventsAsync(AuditKinds.CodeWrong, who.Id));
        Assert.Contains(testHost.Log.All, line => line.Contains(verdict.AlarmReference!, StringComparison.Ordinal));
        Assert.Equal(1, (await testHost.GuardAsync(who.Id)).Fails);
    }
}
