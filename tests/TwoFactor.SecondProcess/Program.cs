namespace TwoFactor.SecondProcess;

using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoFactor.Accounts;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.Importing;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Hosting;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>
/// A second process that decides on the same SQLite file. Arguments: data directory, Unix seconds of the clock.
/// Each line of standard input is a round: "code", "recovery-code" or "demote", Unix seconds, what is typed or who is demoted, then
/// pending sign-ins or an admin's session.
/// All are played at once, and the answer is one line: accepted, refused, other; refused is a code that was wrong, a recovery code that
/// was used, or the last admin.
/// "import" and a file: imports it, answers "half" after two batches, and stands still.
/// "hold" takes the file's write lock until the next line, and answers "held"; that line is answered with "free".
/// </summary>
internal static class Program
{
    public static async Task Main(string[] args)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(
                StringComparer.Ordinal)
            {
                ["TwoFactor:DataDirectory"] = args[0],
                ["TwoFactor:Issuer"] = "Acme",
                ["Limits:Database:WaitSeconds"] = "60",
            })
            .Build();
        if (Settings.Read(configuration) is not SettingsParseResult.Valid(var settings))
        {
            throw new InvalidOperationException("The settings are wrong.");
        }

        var clock = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(long.Parse(args[1], CultureInfo.InvariantCulture)));
        var collection = new ServiceCollection().AddLogging().AddTwoFactor(settings);
        collection.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        await using var services = collection.BuildServiceProvider();
        await using (var scope = services.CreateAsyncScope())
        {
            var startUp = scope.ServiceProvider.GetRequiredService<StartUp>();
            var refusal = await startUp.PrepareDatabaseAsync(create: false, default)
                ?? await startUp.PrepareKeysAsync(create: false, default);
            if (refusal is not null)
            {
                throw new InvalidOperationException(refusal);
            }
        }

        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is { Length: > 0 } round)
        {
            if (round == "hold")
            {
                await HoldAsync(Path.Combine(args[0], "twofactor.db"));
                continue;
            }

            var words = round.Split(' ');
            if (words[0] == "import")
            {
                await ImportAsync(services, words[1]);
            }

            clock.Now = DateTimeOffset.FromUnixTimeSeconds(long.Parse(words[1], CultureInfo.InvariantCulture));
            Func<IServiceProvider, Token?, string, Task<Answer>> enter = words[0] switch
            {
                "recovery-code" => EnterRecoveryCodeAsync,
                "demote" => DemoteAsync,
                _ => EnterCodeAsync,
            };
            var answers =
                await Task.WhenAll(words[3..].Select(pending => Task.Run(() => TryAsync(services, Token.Parse(pending), words[2], enter))));
            await Console.Out.WriteLineAsync(
                string.Join(' ', Enum.GetValues<Answer>().Select(each => answers.Count(answer => answer == each))));
        }
    }

    /// <summary>As a backup or an operator's own tool might.</summary>
    private static async Task HoldAsync(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using (connection.BeginTransaction(deferred: false))
        {
            await Console.Out.WriteLineAsync("held");
            await Console.In.ReadLineAsync();
        }

        await Console.Out.WriteLineAsync("free");
    }

    /// <summary>Imports a file as the console does, and stands still after two batches, to be killed there.</summary>
    private static async Task ImportAsync(IServiceProvider services, string file)
    {
        await using var scope = services.CreateAsyncScope();
        var batches = 0;
        await scope.ServiceProvider.GetRequiredService<PeopleImport>().ImportAsync(
            null,
            await File.ReadAllBytesAsync(file),
            null,
            Actor.Console,
            _ =>
            {
                if (++batches == 2)
                {
                    Console.Out.WriteLine("half");
                    Console.Out.Flush();
                    Console.In.ReadLine();
                }
            },
            default);
    }

    private static async Task<Answer> EnterCodeAsync(IServiceProvider services, Token? pending, string code) =>
        await services.GetRequiredService<SignIn>().CompleteAsync(pending, Guid.Empty, code, null, null, Actor.Server, default) switch
        {
            SignInOutcome.SignedIn => Answer.Accepted,
            SignInOutcome.Refused { Verdict: CodeVerdict.Wrong } or SignInOutcome.OutOfTries => Answer.Refused,
            _ => Answer.Other,
        };

    private static async Task<Answer> EnterRecoveryCodeAsync(IServiceProvider services, Token? pending, string code) =>
        await services.GetRequiredService<RecoverySignIn>().CompleteAsync(pending, code, null, null, Actor.Server, default) switch
        {
            RecoveryOutcome.SignedIn => Answer.Accepted,
            RecoveryOutcome.Refused { Verdict: RecoveryVerdict.Used } => Answer.Refused,
            _ => Answer.Other,
        };

    private static async Task<Answer> DemoteAsync(IServiceProvider services, Token? session, string target)
    {
        if (await services.GetRequiredService<SessionStore>().FindAsync(session, default) is not SessionState.Live(var agent))
        {
            return Answer.Other;
        }

        return await services.GetRequiredService<AccountEdits>()
            .SaveAsync(agent, Guid.Parse(target), new AccountForm(null, null, Role.User), Actor.Server, default) switch
        {
            EditOutcome.Saved => Answer.Accepted,
            EditOutcome.LastAdmin or EditOutcome.RankForbids => Answer.Refused,
            _ => Answer.Other,
        };
    }

    private static async Task<Answer> TryAsync(
        IServiceProvider services, Token? pending, string typed, Func<IServiceProvider, Token?, string, Task<Answer>> enter)
    {
        await using var scope = services.CreateAsyncScope();
        return await enter(scope.ServiceProvider, pending, typed);
    }

    /// <summary>In the order of the counts.</summary>
    private enum Answer
    {
        Accepted,
        Refused,
        Other,
    }

    /// <summary>The clock of the round, for both processes.</summary>
    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
