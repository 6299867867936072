namespace TwoFactor.Tests.OpenId;

using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Audit.Retention;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Pages;
using Xunit;

/// <summary>The public keys: made once, told to everybody, and never those of whoever writes to the database.</summary>
public sealed class JwksTests : IDisposable
{
    private const string Address = "/.well-known/jwks.json";

    private readonly App app = new();

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task One_key_on_P_256_with_the_members_that_others_read()
    {
        await MakeAsync();
        using var stranger = app.Visitor();
        var answer = await stranger.GetAsync(Address);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.Status, answer.ContentHeaders.ContentType?.MediaType));
        using var json = JsonDocument.Parse(answer.Content);
        var key = Assert.Single(json.RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal(
            ["alg", "crv", "kid", "kty", "use", "x", "y"],
            key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        string Member(string name) => key.GetProperty(name).GetString()!;
        Assert.Equal(("EC", "P-256", "sig", "ES256"), (Member("kty"), Member("crv"), Member("use"), Member("alg")));
        Assert.Equal((32, 32), (Base64Url.DecodeFromChars(Member("x")).Length, Base64Url.DecodeFromChars(Member("y")).Length));

        // RFC 7638, by hand.
        var thumbprint = $"{{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"{Member("x")}\",\"y\":\"{Member("y")}\"}}";
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(thumbprint))), Member("kid"));
        Pages.ForgeryTests.AssertHeaders(answer, isAsset: false);
    }

    [Fact]
    public async Task It_is_made_once_whoever_signs_first_and_an_event_tells_it_and_a_look_makes_none()
    {
        using var stranger = app.Visitor();
        Assert.Equal("{\"keys\":[]}", (await stranger.GetAsync(Address)).Html);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MakeAsync()));

        Assert.Equal(1, (await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM signing_key"))[0]);
        Assert.Equal(1, (await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind = 'keys.signing-made'"))[0]);
    }

    [Fact]
    public async Task While_the_ring_does_not_fit_it_says_so()
    {
        await MakeAsync();
        var ring = app.Services.GetRequiredService<SecretsRing>().Directory;
        Directory.Move(ring, ring + ".away");
        await ReadAsync();
        using var stranger = app.Visitor();

        var refused = await stranger.GetAsync(Address);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/plain"), (refused.Status, refused.ContentHeaders.ContentType?.MediaType));
        Assert.Contains("key ring", refused.Html, StringComparison.Ordinal);

        Directory.Move(ring + ".away", ring);
        await ReadAsync();
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(Address)).Status);
    }

    [Theory]
    [InlineData("UPDATE signing_key SET kid = 'mine'")]
    [InlineData("UPDATE signing_key SET ciphertext = (SELECT ciphertext FROM mac_key)")]
    public async Task A_key_that_somebody_else_wrote_is_told_to_nobody(string change)
    {
        await MakeAsync();
        using var stranger = app.Visitor();
        await DatabaseFile.ExecuteAsync(app.DatabaseFile, change);

        var answer = await stranger.GetAsync(Address);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
        Assert.Equal(1, (await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM signing_key"))[0]);
    }

    [Fact]
    public async Task What_is_signed_is_checked_with_what_is_told()
    {
        await MakeAsync();
        using var stranger = app.Visitor();
        using var json = JsonDocument.Parse((await stranger.GetAsync(Address)).Content);
        var told = json.RootElement.GetProperty("keys")[0];
        byte[] Point(string name) => Base64Url.DecodeFromChars(told.GetProperty(name).GetString());
        using var key = ECDsa.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Point("x"), Y = Point("y") } });
        var hash = SHA256.HashData("what was decided"u8);

        var signature = await app.AskAsync(async services =>
            (await services.GetRequiredService<ExportSigning>().KeysAsync(TestContext.Current.CancellationToken))[0].Sign(hash));

        Assert.True(key.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence));
    }

    private Task<bool> MakeAsync() => app.AskAsync(async services =>
    {
        await services.GetRequiredService<ExportSigning>().EnsureAsync(TestContext.Current.CancellationToken);
        return true;
    });

    private Task<KeyRingCheck> ReadAsync() => app.AskAsync(services => services.GetRequiredService<KeyRingHealth>()
        .CheckAsync(services.GetRequiredService<TwoFactor.Storage.TwoFactorDb>(), TestContext.Current.CancellationToken));
}
