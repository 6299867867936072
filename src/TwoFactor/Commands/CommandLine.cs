namespace TwoFactor.Commands;

using System.CommandLine;
using System.Text.RegularExpressions;
using TwoFactor.Characters;
using TwoFactor.Commands.Accounts;
using TwoFactor.Hosting;
using TwoFactor.Hosting.Startup;
using TwoFactor.Storage.Connections;

/// <summary>
/// The command line. Exit codes: 0 for success, 1 for "the answer is no", 2 for bad usage, 70 for a server that crashed.
/// </summary>
public static partial class CommandLine
{
    private const int BadUsage = 2;

    /// <summary>EX_SOFTWARE of sysexits.h: service managers and operators see that it is no answer.</summary>
    private const int Crashed = 70;

    /// <param name="stop">Stops a server, as SIGTERM does.</param>
    public static async Task<int> RunAsync(string[] args, CancellationToken stop = default)
    {
        if (Array.FindIndex(args, arg => !UnicodeText.IsWellFormed(arg)) is >= 0 and var broken)
        {
            await Console.Error.WriteLineAsync(
                $"Argument {broken + 1} is not text: something in it is no character. Write it in UTF-8.");
            return BadUsage;
        }

        var parsed = Build().Parse(ServeByDefault(args));
        if (parsed.Errors.Count > 0)
        {
            await ConsoleText.TrySayAsync(Console.Error, [.. parsed.Errors.Select(error => WithoutValues(error.Message))]);

            return BadUsage;
        }

        try
        {
            // The host handles signals itself.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                stop);
        }
        catch (Exception exception) when (exception is not Microsoft.Extensions.Hosting.HostAbortedException)
        {
            return await ConsoleErrors.WriteAsync(DiskSpace.Says(exception)
                ? $"{exception.Message} If a command was to change something, look whether it was done."
                : exception.Message);
        }
    }

    /// <summary>
    /// No arguments, or options first, mean the server. Every other first word is a command, so that a mistyped one is refused.
    /// </summary>
    private static string[] ServeByDefault(string[] args) =>
        args.Length == 0 || (args[0].StartsWith('-') && args[0] is not ("-h" or "-?" or "--help" or "--version" or "--json"))
            ? ["serve", .. args]
            : args;

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (FirstSecret(parsed.UnmatchedTokens) is { } secret)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"{secret} is a secret, and every user of this machine can read the arguments of a program. Set it as the environment "
                + $"variable {secret.Replace(":", "__", StringComparison.Ordinal)} or in appsettings.json.");
            return BadUsage;
        }

        if (FindStrayToken(parsed.UnmatchedTokens) is { } stray)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(WithoutValues(
                $"'{stray}' is neither an option nor a setting with its value, such as --Urls http://localhost:5080."));
            return BadUsage;
        }

        try
        {
            return await Server.RunAsync([.. parsed.UnmatchedTokens], cancellation);
        }
        catch (InvalidDataException exception)
        {
            // A file with settings cannot be read.
            return await ConsoleErrors.WriteAsync($"{exception.Message} {exception.InnerException?.Message}");
        }
        catch (Exception exception) when (exception is not (IOException or UnauthorizedAccessException or DiskFullException
            or OperationCanceledException or Microsoft.Extensions.Hosting.HostAbortedException))
        {
            await ConsoleText.TrySayAsync(parsed.InvocationConfiguration.Error, exception.ToString());
            return Crashed;
        }
    }

    /// <summary>The configuration takes <c>--Name value</c> and <c>--Name=value</c>, and would silently ignore anything else.</summary>
    private static string? FindStrayToken(IEnumerable<string> tokens)
    {
        string? name = null;
        foreach (var token in tokens)
        {
            if (name is not null)
            {
                name = null;
            }
            else if (!token.StartsWith("--", StringComparison.Ordinal))
            {
                return token;
            }
            else if (!token.Contains('=', StringComparison.Ordinal))
            {
                name = token;
            }
        }

        return name;
    }

    /// <summary>A setting that is a password, or a connection string, which may hold one.</summary>
    private static string? FirstSecret(IEnumerable<string> tokens) => tokens
        .Select(token => token.TrimStart('-', '/').Split('=')[0].Replace("__", ":", StringComparison.Ordinal))
        .FirstOrDefault(name => name.EndsWith("Password", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("ConnectionStrings:", StringComparison.OrdinalIgnoreCase));

    /// <summary>What stands behind an equals sign may be a secret, and a journal may keep standard error: so it is not repeated.</summary>
    private static string WithoutValues(string message) => Value().Replace(message, "=…'");

    [GeneratedRegex("=[^']*'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();

    internal static RootCommand Build()
    {
        var serve = new Command("serve", "Start the server (the default). Settings may follow: --Urls http://localhost:5080")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        serve.SetAction((parsed, cancellation) => ServeAsync(parsed, cancellation));
        return new RootCommand("TwoFactor: a sign-in server for the second factor")
        {
            Json.Option,
            serve,
            AccountCommands.Build(),
            GroupCommands.Build(),
            AuditCommands.Build(),
            MailCommands.Build(),
            KeyCommands.Build(),
            DatabaseCommands.Build(),
        };
    }
}
