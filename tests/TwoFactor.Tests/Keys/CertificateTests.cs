namespace TwoFactor.Tests.Keys;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Hosting;
using Xunit;

/// <summary>
/// A certificate wraps the ring: whoever copies the data directory has no key, and whoever lacks the certificate does not start.
/// </summary>
[Slow]
public sealed class CertificateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_are_wrapped_survive_a_restart_and_open_with_no_other_certificate_and_not_without_one()
    {
        var folder = Directory.CreateTempSubdirectory("twofactor-certificate-");
        try
        {
            var right = await RingFiles.MakeCertificateAsync(Path.Combine(folder.FullName, "right.pfx"), "one", Cancellation);
            var wrong = await RingFiles.MakeCertificateAsync(Path.Combine(folder.FullName, "wrong.pfx"), "two", Cancellation);
            await using var server =
                await ServerProcess.StartNewAsync(("KeyRing:CertificatePath", right), ("KeyRing:CertificatePassword", "one"));
            using var ada = new NewUser(server, "ada");
            await ada.OpenSetupAsync();
            Assert.Equal(0, await server.StopAsync());
            await AssertWrappedAsync(Path.Combine(server.DataDirectory, "keys"));

            await server.StartAsync();
            Assert.Equal(0, await server.StopAsync());
            Assert.Single(RingFiles.In(RingFiles.FolderOf(server)));

            await using var without = new ServerProcess(("TwoFactor:DataDirectory", server.DataDirectory));
            await AssertRefusedAsync(without, server);
            await using var other = new ServerProcess(
                ("TwoFactor:DataDirectory", server.DataDirectory), ("KeyRing:CertificatePath", wrong),
                ("KeyRing:CertificatePassword", "two"));
            await AssertRefusedAsync(other, server);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_certificate_without_an_RSA_key_is_a_wrong_setting_since_it_cannot_wrap()
    {
        var folder = Directory.CreateTempSubdirectory("twofactor-certificate-");
        try
        {
            var path = Path.Combine(folder.FullName, "elliptic.pfx");
            using var key = ECDsa.Create();
            using var certificate = new CertificateRequest("CN=ring", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddYears(1));
            await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pfx, "one"), Cancellation);
            await using var server = new ServerProcess(("KeyRing:CertificatePath", path), ("KeyRing:CertificatePassword", "one"));

            var refused = await server.RunAsync(["serve"]);

            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.Equal(
                $"KeyRing:CertificatePath is '{path}'. It must be a PKCS #12 file with an RSA key, which KeyRing:CertificatePassword "
                    + "opens. Default: none.\n", refused.Error);
            Assert.False(Directory.Exists(server.DataDirectory));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AssertWrappedAsync(string keys)
    {
        foreach (var ring in new[] { "secrets", "cookies" })
        {
            var text = await File.ReadAllTextAsync(Assert.Single(RingFiles.In(Path.Combine(keys, ring))), Cancellation);
            Assert.Contains("EncryptedData", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<masterKey", text, StringComparison.Ordinal);
        }
    }

    private static async Task AssertRefusedAsync(ServerProcess asked, ServerProcess server)
    {
        var before = FileTree.Of(server.DataDirectory);
        foreach (var arguments in new string[][] { ["serve"], ["keys", "check"] })
        {
            var refused = await asked.RunAsync(arguments);
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.StartsWith(
                $"The key ring in {RingFiles.FolderOf(server)} cannot read 2 of 2 secrets in the database (key ",
                refused.Error,
                StringComparison.Ordinal);
            Assert.EndsWith(
                "Nothing was changed. Restore the ring from your backup, then run: keys check\n", refused.Error, StringComparison.Ordinal);
            Assert.Equal(before, FileTree.Of(server.DataDirectory));
        }
    }
}
