namespace TwoFactor.SecondProcess;

using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Hosting;
using TwoFactor.Keys;
using TwoFactor.Sessions;

/// <summary>
/// A second process that decides on the same SQLite file. Arguments: data directory, Unix seconds of the clock.
/// Each line of standard input is a round: a code, then pending sign-ins; all are played at once, and the answer is one line: accepted wrong other.
/// </summary>
internal static class Program
{
    public static async Task Main(string[] args)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["TwoFactor:DataDirectory"] = args[0], ["TwoFactor:Issuer"] = "Acme" })
            .Build();
        if (Settings.Read(configuration) is not SettingsReading.Valid(var settings))
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
            var refusal = await startUp.PrepareDatabaseAsync(create: false, default) ?? await startUp.PrepareKeysAsync(create: false, default);
            if (refusal is not null)
            {
                throw new InvalidOperationException(refusal);
            }
        }

        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync() is { Length: > 0 } round)
        {
            var words = round.Split(' ');
            clock.Now = DateTimeOffset.FromUnixTimeSeconds(long.Parse(words[0], CultureInfo.InvariantCulture));
            var outcomes = await Task.WhenAll(words[2..].Select(pending => Task.Run(() => TryAsync(services, Token.Parse(pending), words[1]))));
            await Console.Out.WriteLineAsync(
                $"{outcomes.Count(outcome => outcome is SignInOutcome.SignedIn)} {outcomes.Count(IsWrong)} {outcomes.Count(outcome => outcome is not SignInOutcome.SignedIn && !IsWrong(outcome))}");
        }
    }

    private static bool IsWrong(SignInOutcome outcome) =>
        outcome is SignInOutcome.Refused { Verdict: CodeVerdict.Wrong } or SignInOutcome.OutOfTries;

    private static async Task<SignInOutcome> TryAsync(IServiceProvider services, Token? pending, string code)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SignIn>().CompleteAsync(pending, code, null, null, Origin.Server, default);
    }

    /// <summary>The clock of the round, for both processes.</summary>
    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
