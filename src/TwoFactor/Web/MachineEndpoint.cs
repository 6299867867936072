namespace TwoFactor.Web;

/// <summary>Marks an endpoint for programs: errors are answered as problem+json (RFC 9457).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class MachineEndpointAttribute : Attribute;

/// <summary>The methods that an endpoint answers; any other gets 405. An endpoint without this metadata is a page.</summary>
public sealed record AllowedMethods(params IReadOnlyList<string> Methods)
{
    /// <summary>The methods of a page.</summary>
    public static AllowedMethods OfPages { get; } = new(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post);

    /// <summary>The methods of an endpoint that is only read.</summary>
    public static AllowedMethods ToRead { get; } = new(HttpMethods.Get, HttpMethods.Head);

    public static AllowedMethods Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<AllowedMethods>() ?? OfPages;

    public bool Has(string method) => Methods.Any(allowed => HttpMethods.Equals(allowed, method));
}

/// <summary>Maps endpoints for programs.</summary>
public static class MachineEndpoints
{
    /// <summary>
    /// Maps an address for programs. It is mapped for every method, so that a wrong method gets a problem+json answer too.
    /// </summary>
    public static IEndpointConventionBuilder MapMachine(
        this IEndpointRouteBuilder endpoints, [System.Diagnostics.CodeAnalysis.StringSyntax("Route")] string pattern,
        AllowedMethods methods, Delegate handler) =>
        endpoints.Map(pattern, handler).WithMetadata(new MachineEndpointAttribute(), methods);

    /// <summary>Answers 404 with problem+json for every other address below a path.</summary>
    public static void MapMachineNotFound(this IEndpointRouteBuilder endpoints, string below) =>
        endpoints.MapFallback($"{below}/{{**rest}}", () => Results.StatusCode(StatusCodes.Status404NotFound))
            .WithMetadata(new MachineEndpointAttribute());
}
