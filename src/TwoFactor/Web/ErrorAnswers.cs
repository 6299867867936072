namespace TwoFactor.Web;

using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;

/// <summary>
/// The one place where a 4xx or 5xx becomes a response: the page /error for people, problem+json (RFC 9457) at a machine endpoint.
/// </summary>
public static class ErrorAnswers
{
    private const string Page = "/error";

    public static void UseErrorAnswers(this IApplicationBuilder app)
    {
        // Status and Retry-After are set first, because both kinds of response keep them.
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = Page,
            AllowStatusCode404Response = true,
            CreateScopeForErrors = true,
            StatusCodeSelector = exception => Failure.Of(exception).Status,
            // What is a failure of ours is logged once, with its reference. A busy database must not fill the log.
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePagesWithReExecute(Page);
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.GetEndpoint().IsMachine()
                && context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
            {
                await WriteProblemAsync(context, context.Response.StatusCode, null);
            }
        });
    }

    public static bool IsMachine(this Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<MachineEndpointAttribute>() is not null;

    /// <summary>Logs a failure, and returns a reference of eight characters for the response.</summary>
    public static string Refer(this ILogger log, Exception? failure)
    {
        var reference = Guid.NewGuid().ToString("N")[..8];
        log.RequestFailed(failure, reference);
        return reference;
    }

    public static void SetRetryAfter(this HttpResponse response, int? seconds)
    {
        if (seconds is { } wait)
        {
            response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        }
    }

    internal static Task WriteProblemAsync(HttpContext context, int status, string? detail) =>
        Results.Problem(statusCode: status, detail: detail).ExecuteAsync(context);
}

/// <summary>Answers a failure at a machine endpoint.</summary>
internal sealed class MachineFailures(ILogger<MachineFailures> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!(httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint).IsMachine())
        {
            return false;
        }

        var failure = Failure.Of(exception);
        httpContext.Response.SetRetryAfter(failure.RetryAfterSeconds);
        var isOurs = failure.Status == StatusCodes.Status500InternalServerError;
        await ErrorAnswers.WriteProblemAsync(httpContext, failure.Status, isOurs ? $"Reference {log.Refer(exception)}" : null);
        return true;
    }
}
