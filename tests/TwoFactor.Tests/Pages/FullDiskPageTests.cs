namespace TwoFactor.Tests.Pages;

using System.Data.Common;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What people and monitoring see while SQLite says that nothing more fits; a real disk is filled by another test.</summary>
public sealed class FullDiskPageTests : IDisposable
{
    private const int Full = 13;

    private readonly NoRoom noRoom = new();
    private readonly App app;

    public FullDiskPageTests() => app = new App
    {
        Adjust = services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(noRoom)),
    };

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task Nothing_is_written_and_everybody_is_told_until_there_is_room()
    {
        var ada = await TestUser.FirstAdminAsync(app);
        using var stranger = app.Visitor();
        noRoom.Is = true;

        for (var tries = 0; tries < 3; tries++)
        {
            var refused = await TryAsync(stranger);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "We cannot do this just now"), (refused.Status, refused.Heading));
            Assert.Equal("30", Assert.Single(refused.Headers.GetValues("Retry-After")));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await stranger.GetAsync("/health/ready")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await ada.Browser.GetAsync("/account")).Status);
        Assert.Contains("The disk of the database is full", Assert.Single(Lines("Critical ")), StringComparison.Ordinal);
        Assert.DoesNotContain(Lines("Error "), line => !line.StartsWith("Error Microsoft.EntityFrameworkCore", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Log.All, line => line.Contains("Reference", StringComparison.Ordinal));
        noRoom.Is = false;

        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await TryAsync(stranger)).Status);
        Assert.Contains("The disk of the database has room again", Lines("Warning ")[^1], StringComparison.Ordinal);
    }

    private List<string> Lines(string level) => [.. app.Log.All.Where(line => line.StartsWith(level, StringComparison.Ordinal))];

    private static async Task<VisitedPage> TryAsync(Visitor visitor) => await visitor.SubmitOnceAsync(
        await visitor.GetAsync("/sign-in"), null, ("username", "ada"), ("password", "not the right password"));

    /// <summary>Refuses every statement that writes, as SQLite does.</summary>
    private sealed class NoRoom : DbCommandInterceptor
    {
        private static readonly string[] Writes = ["INSERT", "UPDATE", "DELETE"];

        public bool Is { get; set; }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Refuse(command, result));

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Refuse(command, result));

        private T Refuse<T>(DbCommand command, T result) =>
            Is && Writes.Any(word => command.CommandText.TrimStart().StartsWith(word, StringComparison.Ordinal))
                ? throw new SqliteException("database or disk is full", Full)
                : result;
    }
}
