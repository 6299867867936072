namespace TwoFactor.Tests.Keys;

using System.Collections.Frozen;
using TwoFactor.Authenticators;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A key comes to the ring of a running server: what it protects opens at once, in every process.</summary>
public sealed class NewKeyTests : IDisposable
{
    private const string Purpose = "test";

    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("twofactor-ring-");

    public void Dispose() => home.Delete(recursive: true);

    [Fact]
    public void What_another_process_protects_with_it_opens_before_the_next_check()
    {
        using var mine = Open();
        mine.CreateFirstKey();
        var known = mine.Read().Readable.Keys.ToFrozenSet();
        var first = mine.Protect([1, 2, 3], Purpose, "1");
        var added = Add();
        using var theirs = Open();
        theirs.Read();
        theirs.ProtectWithAll();
        var payload = theirs.Protect([4, 5, 6], Purpose, "2");
        Assert.Equal(added, payload.KeyId);

        Assert.Equal([4, 5, 6], Assert.IsType<Unprotected.Plain>(mine.Unprotect(payload, known, Purpose, "2")).Bytes);
        Assert.Equal([1, 2, 3], Assert.IsType<Unprotected.Plain>(mine.Unprotect(first, known, Purpose, "1")).Bytes);
        Assert.Equal([1, 2, 3], Assert.IsType<Unprotected.Plain>(theirs.Unprotect(first, known, Purpose, "1")).Bytes);
    }

    /// <summary>Nothing can be stored under a key that the database does not know.</summary>
    [Fact]
    public void It_protects_only_once_the_database_knows_it()
    {
        using var ring = Open();
        ring.CreateFirstKey();
        var first = Assert.Single(ring.Read().Readable.Keys);
        Assert.Equal(first, ring.Protect([1], Purpose).KeyId);
        var added = Add();
        ring.Read();
        Assert.Equal(first, ring.Protect([1], Purpose).KeyId);

        ring.ProtectWithAll();

        Assert.Equal(added, ring.Protect([1], Purpose).KeyId);
    }

    /// <summary>A key that was never checked may be a wrong one: then nobody is charged for it.</summary>
    [Fact]
    public void What_does_not_open_with_an_unchecked_key_counts_as_a_missing_key()
    {
        using var ring = Open();
        ring.CreateFirstKey();
        var payload = ring.Protect([1], Purpose, "1");

        Assert.IsType<Unprotected.KeyMissing>(ring.Unprotect(payload, FrozenSet<Guid>.Empty, Purpose, "2"));
        Assert.IsType<Unprotected.Tampered>(ring.Unprotect(payload, ring.Read().Readable.Keys.ToFrozenSet(), Purpose, "2"));
        Assert.IsType<Unprotected.KeyMissing>(
            ring.Unprotect(payload with { KeyId = Guid.NewGuid() }, ring.Read().Readable.Keys.ToFrozenSet(), Purpose, "1"));
    }

    [Fact]
    public async Task A_running_server_adopts_it_and_goes_on_with_old_and_new_secrets()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var added = KeyOf(RingFiles.Add(testHost.Settings.KeyRing.Secrets, TimeProvider.System.GetUtcNow().AddDays(-1)));

        var check = await testHost.LookAtRingAsync();
        Assert.Equal([added], check.Unknown);
        await testHost.AskAsync<StartUp, bool>(async start =>
        {
            await start.AdoptAsync(check, TestContext.Current.CancellationToken);
            return true;
        });
        var bo = await testHost.AddAsync("bo");

        Assert.Equal(added, Assert.Single(await testHost.RowsAsync<Authenticator>(), row => row.AccountId == bo.Id).KeyId);
        testHost.GoOn(2);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(bo, bo.Phone.Code()));
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.SignInAsync(ana, ana.Phone.Code()));
    }

    private static Guid KeyOf(string file) => new(Path.GetFileNameWithoutExtension(file)["key-".Length..]);

    private SecretsRing Open() => new(new KeyRingOptions(home.FullName, null, null));

    private Guid Add() => KeyOf(RingFiles.Add(Path.Combine(home.FullName, "secrets"), TimeProvider.System.GetUtcNow().AddDays(-1)));
}
