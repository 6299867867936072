namespace TwoFactor.Hosting.Pipeline;

/// <summary>
/// Silences the framework's log categories that print addresses with tokens in them, a handler's arguments, or the lines of a malformed
/// request, below Warning. No setting lowers this floor.
/// </summary>
internal sealed class LogFloor(LoggerFactory inner) : ILoggerFactory
{
    private static readonly string[] Floors =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.StaticFiles",
        "Microsoft.AspNetCore.Mvc",
        "Microsoft.AspNetCore.Diagnostics",
        "Microsoft.AspNetCore.Server.Kestrel",
    ];

    /// <summary>
    /// Its errors are caused by broken cookies of clients, and log a stack trace each. The page answers them, and the request line says
    /// 400.
    /// </summary>
    private const string Antiforgery = "Microsoft.AspNetCore.Antiforgery";

    /// <summary>
    /// It logs a stack trace for each request that is answered 503 or 500. What is our fault we log ourselves, with its reference.
    /// </summary>
    private const string ExceptionHandler = "Microsoft.AspNetCore.Diagnostics.ExceptionHandler";

    public ILogger CreateLogger(string categoryName)
    {
        var logger = inner.CreateLogger(categoryName);
        return categoryName switch
        {
            _ when categoryName.StartsWith(Antiforgery, StringComparison.Ordinal)
                || categoryName.StartsWith(ExceptionHandler, StringComparison.Ordinal) => new Floored(logger, LogLevel.Critical),
            _ when Floors.Any(floor => categoryName.StartsWith(floor, StringComparison.Ordinal)) => new Floored(logger, LogLevel.Warning),
            _ => logger,
        };
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class Floored(ILogger logger, LogLevel floor) : ILogger
    {
        /// <remarks>Returns null because a scope of these categories holds the request's path.</remarks>
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= floor && logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= floor)
            {
                logger.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
