namespace TwoFactor.Hosting;

/// <summary>Silences, below Warning, the framework's categories that print addresses with tokens in them or a handler's arguments. No setting lowers it.</summary>
internal sealed class LogFloor(LoggerFactory inner) : ILoggerFactory
{
    private static readonly string[] Floors =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.StaticFiles",
        "Microsoft.AspNetCore.Mvc",
        "Microsoft.AspNetCore.Diagnostics",
    ];

    public ILogger CreateLogger(string categoryName)
    {
        var logger = inner.CreateLogger(categoryName);
        return Floors.Any(floor => categoryName.StartsWith(floor, StringComparison.Ordinal)) ? new Floored(logger) : logger;
    }

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class Floored(ILogger logger) : ILogger
    {
        /// <remarks>A scope of these categories holds the request's path.</remarks>
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && logger.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                logger.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
