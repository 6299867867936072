namespace TwoFactor.Hosting;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Altered;
using TwoFactor.Administration.Handover;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Importing;
using TwoFactor.Audit;
using TwoFactor.Audit.Alarms;
using TwoFactor.Audit.Marks;
using TwoFactor.Audit.Retention;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Mail.Sending;
using TwoFactor.Sessions;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;

/// <summary>
/// The server's background work. Each second it seals events and sends mails, each minute it checks the key ring and sweeps, each day it
/// verifies the audit chain.
/// </summary>
internal sealed class Housekeeping(
    IServiceScopeFactory scopes,
    KeyRingHealth health,
    ChainWatch chain,
    AuditLimits audit,
    DiskSpace disk,
    TimeProvider time,
    ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteLastUsesAsync(cancellationToken);
        await DoAsync("Sealing at the stop", scope => SealAsync(scope, cancellationToken), cancellationToken);
        await DoAsync(
            "Writing mails at the stop",
            scope => scope.GetRequiredService<OutboxSender>().FinishAsync(cancellationToken),
            cancellationToken);
        await DoAsync(
            "The high-water mark at the stop",
            scope => scope.GetRequiredService<HighWater>().WriteAsync(scope.GetRequiredService<TwoFactorDb>(), cancellationToken),
            cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(Second, EachSecondAsync, stoppingToken), EveryAsync(
            Second, SendMailsAsync, stoppingToken), EveryAsync(Minute, EachMinuteAsync, stoppingToken),
        EveryAsync(Minute, KeepAuditAsync, stoppingToken), GoOnWithImportsAsync(stoppingToken));

    /// <summary>At the start and each minute: an import whose process was stopped goes on.</summary>
    private async Task GoOnWithImportsAsync(CancellationToken cancellation)
    {
        Task GoOnAsync(CancellationToken token) =>
            DoAsync("Going on with imports", scope => scope.GetRequiredService<OpenImports>().GoOnAsync(token), token);

        await GoOnAsync(cancellation);
        await EveryAsync(Minute, GoOnAsync, cancellation);
    }

    private async Task EveryAsync(TimeSpan period, Func<CancellationToken, Task> chores, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await chores(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task EachSecondAsync(CancellationToken cancellation)
    {
        await DoAsync(
            "Reporting altered accounts",
            scope => scope.GetRequiredService<AlteredAccountAlarms>().RaiseAsync(Actor.Server, cancellation),
            cancellation);
        await DoAsync("Sealing", scope => SealAsync(scope, cancellation), cancellation);
        await DoAsync(
            "The high-water mark",
            scope => scope.GetRequiredService<HighWater>().WriteIfDueAsync(scope.GetRequiredService<TwoFactorDb>(), cancellation),
            cancellation);
    }

    /// <summary>Runs in its own loop: a mail server may be slow, and sealing must not wait for it.</summary>
    private async Task SendMailsAsync(CancellationToken cancellation)
    {
        if (health.Current.IsConsistent)
        {
            await DoAsync("Sending mails", scope => scope.GetRequiredService<OutboxSender>().SendAsync(cancellation), cancellation);
        }
    }

    private async Task EachMinuteAsync(CancellationToken cancellation)
    {
        await DoAsync("Comparing the schema", scope => scope.GetRequiredService<SchemaAlarm>().CheckAsync(cancellation), cancellation);
        await DoAsync("Looking at the key ring", scope => CheckKeyRingAsync(scope, cancellation), cancellation);
        await WriteLastUsesAsync(cancellation);
        await SweepAsync("Sweeping enrollments", (scope, work) => scope.GetRequiredService<Enrollments>().SweepAsync(work), cancellation);
        await SweepAsync(
            "Sweeping recovery codes", (scope, work) => scope.GetRequiredService<RecoverySets>().SweepAsync(work), cancellation);
        await SweepAsync("Sweeping sign-ins", (scope, work) => scope.GetRequiredService<PendingSignIns>().SweepAsync(work), cancellation);
        await SweepAsync("Sweeping browsers", (scope, work) => scope.GetRequiredService<Devices>().SweepAsync(work), cancellation);
        await SweepAsync("Sweeping tickets", (scope, work) => scope.GetRequiredService<TicketSweep>().SweepAsync(work), cancellation);
        await SweepAsync("Sweeping requests", (scope, work) => scope.GetRequiredService<HelpRequests>().SweepAsync(work), cancellation);
        await SweepAsync("Sweeping sessions", (scope, work) => scope.GetRequiredService<SessionStore>().SweepAsync(work), cancellation);
        await SweepAsync("Sweeping saved forms", (scope, work) => scope.GetRequiredService<SavedForms>().SweepAsync(work), cancellation);
        await SweepAsync("Sweeping tickets that were shown", (_, work) => HandoverCopies.SweepAsync(work), cancellation);
        await DoAsync("Comparing clocks", scope => scope.GetRequiredService<ClockAlarm>().CheckAsync(cancellation), cancellation);
        await SweepAsync(
            "Sweeping staged imports", (scope, work) => scope.GetRequiredService<StagedImports>().SweepAsync(work), cancellation);
        await DoAsync("Sweeping the outbox", scope => scope.GetRequiredService<OutboxSender>().SweepAsync(cancellation), cancellation);
    }

    /// <summary>Runs in its own loop: verifying a long chain takes its time.</summary>
    private async Task KeepAuditAsync(CancellationToken cancellation)
    {
        if (chain.IsDue)
        {
            await DoAsync("Checking the audit", scope => scope.GetRequiredService<ChainCheck>().RunAsync(cancellation), cancellation);
            await DoAsync(
                "Checking the accounts", scope => scope.GetRequiredService<SealVerification>().FindAsync(cancellation), cancellation);
            if (audit.KeptDays > 0 && chain.Current.Verdict is AuditVerdict.Intact)
            {
                var before = time.GetUtcNow().AddDays(-audit.KeptDays);
                await DoAsync(
                    "Removing old events",
                    scope => scope.GetRequiredService<AuditRetention>().PruneAsync(before, Actor.Server, cancellation),
                    cancellation);
            }
        }
    }

    private async Task CheckKeyRingAsync(IServiceProvider scope, CancellationToken cancellation)
    {
        var wasConsistent = health.Current.IsConsistent;
        var database = scope.GetRequiredService<TwoFactorDb>();
        var check = await health.CheckAsync(database, cancellation);
        await scope.GetRequiredService<StartUp>().AdoptAsync(check, cancellation);
        if (wasConsistent && check.Problem is { } problem)
        {
            log.KeyRingProblem(problem);
            await scope.GetRequiredService<UnitOfWork>().RunAsync(
                Actor.Server,
                Locks.None,
                work =>
                {
                    scope.GetRequiredService<AuditLog>().Record(work, AuditKinds.KeysInconsistent, null);
                    return Task.FromResult(new Committed<string>(problem));
                },
                cancellation);
        }
        else if (!wasConsistent && check.IsConsistent)
        {
            log.KeyRingConsistentAgain();
        }
    }

    private Task WriteLastUsesAsync(CancellationToken cancellation) => SweepAsync(
        "Writing the last uses of sessions", (scope, work) => scope.GetRequiredService<LastUses>().WriteAsync(work), cancellation);

    /// <summary>Runs each batch in its own story. A full batch is followed by another.</summary>
    private Task SweepAsync(string chore, Func<IServiceProvider, Work, Task<int>> sweep, CancellationToken cancellation) => DoAsync(
        chore,
        async scope =>
        {
            var unitOfWork = scope.GetRequiredService<UnitOfWork>();
            Committed<int> swept;
            do
            {
                swept = await unitOfWork.RunAsync(
                    Actor.Server, Locks.None, async work => new Committed<int>(await sweep(scope, work)), cancellation);
            }
            while (swept.Value >= Work.Batch);
        },
        cancellation);

    private static Task SealAsync(IServiceProvider scope, CancellationToken cancellation) =>
        scope.GetRequiredService<AuditSealer>().SealAsync(cancellation);

    /// <summary>
    /// Runs a chore. A failure is logged and the chore is tried again at the next tick, so that it does not end the loop.
    /// </summary>
    /// <param name="stop">Only this token ends a loop; a chore that was cancelled by itself does not.</param>
    private async Task DoAsync(string chore, Func<IServiceProvider, Task> act, CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await act(scope.ServiceProvider);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (ForeignSchemaException)
        {
            // The unit of work has logged it, once. Each chore of each second would fill the log.
        }
        catch (Exception exception) when (exception is DiskFullException || (disk.IsFull && DiskSpace.Says(exception)))
        {
            // The log said it once. What was not written is tried again.
        }
        catch (Exception exception)
        {
            log.ChoreFailed(exception, chore);
        }
    }
}
