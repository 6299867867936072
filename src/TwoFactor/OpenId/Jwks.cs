namespace TwoFactor.OpenId;

using TwoFactor.Audit.Retention;
using TwoFactor.Keys;
using TwoFactor.Web;

/// <summary>Serves the public keys as a JWK Set, for checking what this server signed (RFC 7517 §5).</summary>
public static class Jwks
{
    public static void MapJwks(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMachine("/.well-known/jwks.json", AllowedMethods.ToRead, AnswerAsync);

    private static async Task<IResult> AnswerAsync(ExportSigning exportSigning, CancellationToken cancellation)
    {
        try
        {
            var keys = await exportSigning.KeysAsync(cancellation);
            var set = new { keys = keys.Select(Describe).ToList() };
            foreach (var key in keys)
            {
                key.Dispose();
            }

            return Results.Json(set);
        }
        catch (KeyRingProblemException)
        {
            return Results.Text("the key ring does not fit the database", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static object Describe(SigningKeyPair key)
    {
        var (x, y) = key.Public;
        return new { kty = "EC", crv = "P-256", x, y, kid = key.Kid, use = "sig", alg = "ES256" };
    }
}
