namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Somebody who writes to the database moves or alters a secret; somebody else loses the key ring.</summary>
public sealed class SecretsTests
{
    [Fact]
    public async Task Swapped_secrets_refuse_both_codes_charge_both_and_raise_one_alarm_each()
    {
        await using var ground = await Ground.PrepareAsync();
        var (ana, bob) = (await ground.AddAsync(), await ground.AddAsync("bob"));
        await ground.TamperAsync(
            """
            CREATE TEMP TABLE before AS SELECT id, ciphertext FROM authenticator WHERE state='active';
            UPDATE authenticator SET ciphertext=(SELECT o.ciphertext FROM before o WHERE o.id<>authenticator.id) WHERE state='active';
            DROP TABLE before
            """);

        foreach (var (who, code) in new[] { (ana, bob.Phone.Code()), (bob, ana.Phone.Code()) })
        {
            var verdict = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await ground.SignInAsync(who, code)));
            await AssertAlarmAsync(ground, who, verdict);
        }

        foreach (var who in new[] { ana, bob })
        {
            Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await ground.SignInAsync(who, who.Phone.Code())));
            Assert.Equal(2, (await ground.GuardAsync(who.Id)).Fails);
        }
    }

    /// <summary>A whole row moved, with key and owner: the purpose names the row's id and account.</summary>
    [Fact]
    public async Task A_row_moved_to_another_account_opens_nothing()
    {
        await using var ground = await Ground.PrepareAsync();
        var (ana, mallory) = (await ground.AddAsync(), await ground.AddAsync("mallory"));
        await ground.TamperAsync(
            """
            UPDATE authenticator SET state='removed', ciphertext=NULL WHERE account_id=$ana COLLATE NOCASE;
            UPDATE authenticator SET account_id=(SELECT id FROM account WHERE user_name='ana'), number=7 WHERE account_id=$mallory COLLATE NOCASE
            """,
            ("$ana", ana.Id.ToString("D")),
            ("$mallory", mallory.Id.ToString("D")));

        var verdict = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await ground.SignInAsync(ana, mallory.Phone.Code())));

        await AssertAlarmAsync(ground, ana, verdict);
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
    [InlineData("substr(ciphertext, 1, 30) || x'00' || substr(ciphertext, 32)")]
    public async Task An_altered_secret_is_a_wrong_code_and_an_alarm(string altered)
    {
        await using var ground = await Ground.PrepareAsync();
        var ana = await ground.AddAsync();
        await ground.TamperAsync($"UPDATE authenticator SET ciphertext=CAST({altered} AS BLOB) WHERE state='active'");

        var verdict = Assert.IsType<CodeVerdict.Wrong>(CodeVerdictTests.Verdict(await ground.SignInAsync(ana, ana.Phone.Code())));

        await AssertAlarmAsync(ground, ana, verdict);
    }

    [Fact]
    public async Task A_ring_that_lost_its_key_judges_no_code_and_charges_nobody()
    {
        await using var ground = await Ground.PrepareAsync();
        var ana = await ground.AddAsync();
        var (_, invitation) = await ground.InviteAsync("bob");
        var owner = await ground.AcceptAsync(invitation);
        var bobs = await ground.ScanAsync(owner);
        var pending = await ground.EnterPasswordAsync(ana.UserName);
        var before = await Dump.OfAsync(ground);
        var file = Assert.Single(Directory.GetFiles(ground.Settings.KeyRing.Secrets, "*.xml"));
        var kept = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.False((await ground.LookAtRingAsync()).Fits);

        for (var tried = 0; tried < 10; tried++)
        {
            Assert.IsType<CodeVerdict.KeyMissing>(CodeVerdictTests.Verdict(await ground.EnterCodeAsync(pending, ana.Phone.Code())));
            Assert.IsType<CodeVerdict.KeyMissing>(CodeVerdictTests.Verdict(await ground.EnterCodeAsync(pending, ana.Phone.WrongCode())));
            Assert.IsType<EnrollmentVerdict.KeyMissing>(Assert.IsType<ConfirmOutcome.Refused>(await ground.ConfirmAsync(owner, bobs.Code())).Verdict);
        }

        Assert.IsType<EnrollmentLook.KeyMissing>(await ground.LookAsync(owner));
        Assert.Equal(before, await Dump.OfAsync(ground));
        Assert.IsType<SessionLook.Live>(await ground.LookAtSessionAsync(ana.Session));

        await File.WriteAllBytesAsync(file, kept, TestContext.Current.CancellationToken);
        Assert.True((await ground.LookAtRingAsync()).Fits);
        Assert.IsType<SignInOutcome.SignedIn>(await ground.EnterCodeAsync(pending, ana.Phone.Code()));
    }

    /// <summary>A key id that no canary knows is refused by the database itself; one that the ring lacks is nobody's wrong code.</summary>
    [Fact]
    public async Task A_single_secret_under_a_key_that_the_ring_lacks_charges_nobody()
    {
        await using var ground = await Ground.PrepareAsync();
        var ana = await ground.AddAsync();
        var strange = Guid.NewGuid();
        await ground.TamperAsync(
            "INSERT INTO key_canary (key_id, canary, created_at) VALUES ($k, x'00', 0); UPDATE authenticator SET key_id=$k WHERE state='active'",
            ("$k", strange));

        Assert.IsType<CodeVerdict.KeyMissing>(CodeVerdictTests.Verdict(await ground.SignInAsync(ana, ana.Phone.Code())));

        Assert.Equal(0, (await ground.GuardAsync(ana.Id)).Fails);
        Assert.Equal(0, (await ground.RowsAsync<PendingSignIn>()).Max(row => row.Tries));
        Assert.False((await ground.LookAtRingAsync()).Fits);
    }

    private static async Task AssertAlarmAsync(Ground ground, Colleague who, CodeVerdict.Wrong verdict)
    {
        Assert.Equal(8, verdict.AlarmReference?.Length);
        Assert.Equal(verdict.AlarmReference, Assert.Single(await ground.EventsAsync(AuditKinds.AlarmSecretUnreadable, who.Id)).Detail);
        Assert.Single(await ground.EventsAsync(AuditKinds.CodeWrong, who.Id));
        Assert.Contains(ground.Log.All, line => line.Contains(verdict.AlarmReference!, StringComparison.Ordinal));
        Assert.Equal(1, (await ground.GuardAsync(who.Id)).Fails);
    }
}
