namespace TwoFactor.Benchmarks;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Hosting;
using TwoFactor.Hosting.Startup;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Somebody who accepted an invitation and confirmed a phone, through the program's own nouns.</summary>
internal sealed record Enrolled(string UserName, TotpSecret Phone)
{
    public const string Password = "correct horse battery staple";

    public string Code() => TotpCode.At(Phone, TotpCode.StepAt(TimeProvider.System.Now()));

    public static async Task<IReadOnlyList<Enrolled>> MakeAsync(string directory, int count)
    {
        await using var services = await PrepareAsync(directory);
        var people = new List<Enrolled>();
        for (var number = 0; number < count; number++)
        {
            await using var scope = services.CreateAsyncScope();
            people.Add(await EnrollAsync(scope.ServiceProvider, $"person{number}"));
        }

        return people;
    }

    /// <summary>The program's nouns on a directory of their own.</summary>
    public static async Task<ServiceProvider> PrepareAsync(string directory)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["TwoFactor:DataDirectory"] = directory })
            .Build();
        if (Settings.Read(configuration) is not SettingsParseResult.Valid(var settings))
        {
            throw new InvalidOperationException("The settings of the benchmark are wrong.");
        }

        var services = new ServiceCollection().AddLogging().AddTwoFactor(settings).BuildServiceProvider();
        DataDirectory.MakeFolder(directory);
        await using (var scope = services.CreateAsyncScope())
        {
            var startUp = scope.ServiceProvider.GetRequiredService<StartUp>();
            await startUp.PrepareDatabaseAsync(create: true, CancellationToken.None);
            await startUp.PrepareKeysAsync(create: true, CancellationToken.None);
        }

        return services;
    }

    private static async Task<Enrolled> EnrollAsync(IServiceProvider services, string name)
    {
        var typed = new TypedPassword(Password);
        var request = new InvitationRequest(name, $"{name}@acme.example", name, Role.User);
        var invited =
            (InviteOutcome.Invited)await services.GetRequiredService<Invitations>().InviteAsync(null, request, Actor.Console, default);
        var opened = (AcceptOutcome.EnrollmentOpened)await services.GetRequiredService<InvitationAcceptance>()
            .AcceptAsync(invited.Invitation, typed, typed, Actor.Console, default);
        var picture = (EnrollmentState.Open)await services.GetRequiredService<Enrollments>().FindAsync(opened.Owner, default);
        var code = TotpCode.At(picture.Secret, TotpCode.StepAt(TimeProvider.System.Now()) + -1);
        var outcome = await services.GetRequiredService<EnrollmentConfirmation>()
            .ConfirmAsync(opened.Owner, code, null, null, Actor.Console, default);
        return outcome is ConfirmOutcome.SignedIn
            ? new Enrolled(name, picture.Secret)
            : throw new InvalidOperationException($"{name} did not enroll: {outcome}");
    }
}
