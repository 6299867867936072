namespace TwoFactor.Tests.Sessions;

using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Storage;

/// <summary>Counts what a request asks of the database (each command, each begin, before and after each commit) and throws at the call that it is armed for.</summary>
public sealed class FailingCall : DbCommandInterceptor, IDbTransactionInterceptor, IStartupFilter
{
    private static readonly AsyncLocal<bool> InRequest = new();

    private int countdown;

    /// <summary>Whether the call that it was armed for came.</summary>
    public bool Fired { get; private set; }

    /// <summary>Puts it between the program and its database, and leaves housekeeping out, whose rows would blur what a story left behind.</summary>
    public void Join(IServiceCollection services)
    {
        services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(this));
        services.AddSingleton<IStartupFilter>(this);
        services.Remove(services.Single(service => string.Equals(service.ImplementationType?.Name, "Housekeeping", StringComparison.Ordinal)));
    }

    /// <param name="call">From 1.</param>
    public void Arm(int call) => (countdown, Fired) = (call, false);

    public void Disarm() => countdown = 0;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use(async (_, rest) =>
        {
            InRequest.Value = true;
            await rest();
        });
        next(application);
    };

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Pass(result));

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Pass(result));

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Pass(result));

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Pass(result);

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) => Pass(result);

    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result) => Pass(result);

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default) => ValueTask.FromResult(Pass(result));

    public ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Pass(result));

    /// <summary>The commit stands, but its answer is lost on the way.</summary>
    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Pass(0);
        return Task.CompletedTask;
    }

    private T Pass<T>(T result)
    {
        if (InRequest.Value && countdown > 0 && --countdown == 0)
        {
            Fired = true;
            throw new InvalidOperationException("This call of the database failed, as the test asked.");
        }

        return result;
    }
}
