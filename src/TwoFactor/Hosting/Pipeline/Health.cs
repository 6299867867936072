namespace TwoFactor.Hosting.Pipeline;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;
using TwoFactor.Web;

/// <summary>Health checks for monitoring: whether the server runs, and whether it can serve people.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMachine("/health/live", AllowedMethods.ToRead, () => Results.Text("live"));
        endpoints.MapMachine("/health/ready", AllowedMethods.ToRead, ReadyAsync);
        endpoints.MapMachineNotFound("/health");
    }

    private static async Task<IResult> ReadyAsync(
        KeyRingHealth health, SchemaCheck schema, DiskProbe disk, TwoFactorDb database, CancellationToken cancellation)
    {
        if (!health.Current.IsConsistent)
        {
            return Results.Text("the key ring does not fit the database", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            if ((await schema.FindAsync(database, cancellation)).Count > 0)
            {
                return Results.Text("somebody changed the schema of the database", statusCode: StatusCodes.Status503ServiceUnavailable);
            }

            if (!await disk.HasRoomAsync(cancellation))
            {
                return Results.Text("the disk of the database is full", statusCode: StatusCodes.Status503ServiceUnavailable);
            }

            await database.Set<Instance>().AsNoTracking().SingleAsync(cancellation);
            return Results.Text("ready");
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or InvalidOperationException)
        {
            return Results.Text("the database does not answer", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
