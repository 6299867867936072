namespace TwoFactor.Tests.Mail;

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

/// <summary>The process ends where it would have erased the row.</summary>
internal sealed class NoErasing : DbCommandInterceptor
{
    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        command.CommandText.StartsWith("DELETE", StringComparison.Ordinal) ? throw new TimeoutException() : ValueTask.FromResult(result);
}
