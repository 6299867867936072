namespace TwoFactor.Tests.Harness;

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration.Altered;
using TwoFactor.Sessions;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>What a test does in a story of its own, with the nouns that share its context.</summary>
public static class Stories
{
    public static Task<T> InStoryAsync<T>(this TwoFactorDb database, Func<Task<T>> story, CancellationToken cancellation) =>
        database.InStoryAsync(_ => story(), static _ => true, cancellation);

    /// <param name="keep">Whether what the story wrote stands.</param>
    public static Task<T> InStoryAsync<T>(
        this TwoFactorDb database, Func<Task<T>> story, Func<T, bool> keep, CancellationToken cancellation) =>
        database.InStoryAsync(_ => story(), keep, cancellation);

    public static Task<T> InStoryAsync<T>(this TwoFactorDb database, Func<Work, Task<T>> story, CancellationToken cancellation) =>
        database.InStoryAsync(story, static _ => true, cancellation);

    /// <summary>Writes the last uses of sessions, as the server does each minute.</summary>
    public static Task<int> WriteLastUsesAsync(this App app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.AskAsync(async services => (await services.GetRequiredService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            async work => new Committed<int>(await services.GetRequiredService<LastUses>().WriteAsync(work)),
            CancellationToken.None)).Value);
    }

    /// <summary>Raises the alarm for altered accounts, as the server does each second.</summary>
    public static Task<bool> RaiseAlarmsAsync(this App app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.AskAsync(async services =>
        {
            await services.GetRequiredService<AlteredAccountAlarms>().RaiseAsync(Actor.Server, CancellationToken.None);
            return true;
        });
    }

    /// <inheritdoc cref="InStoryAsync{T}(TwoFactorDb, Func{Task{T}}, Func{T, bool}, CancellationToken)"/>
    public static async Task<T> InStoryAsync<T>(
        this TwoFactorDb database, Func<Work, Task<T>> story, Func<T, bool> keep, CancellationToken cancellation)
    {
        var outcome = await database.GetService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            async work =>
            {
                var answer = await story(work);
                return new Answer<T>(answer, keep(answer));
            },
            cancellation);
        return outcome.Value;
    }

    private sealed record Answer<T>(T Value, bool Commits) : IOutcome;
}
