namespace TwoFactor.Web;

/// <summary>Marks an endpoint that programs ask and no person: what goes wrong there is answered as problem+json (RFC 9457).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class MachineEndpointAttribute : Attribute;

/// <summary>The methods that an endpoint answers; any other is 405. An endpoint that says nothing is a page.</summary>
public sealed record AllowedMethods(params IReadOnlyList<string> Methods)
{
    /// <summary>What a page answers.</summary>
    public static AllowedMethods OfPages { get; } = new(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post);

    /// <summary>For endpoints that only say something.</summary>
    public static AllowedMethods ToRead { get; } = new(HttpMethods.Get, HttpMethods.Head);

    public static AllowedMethods Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<AllowedMethods>() ?? OfPages;

    public bool Has(string method) => Methods.Any(allowed => HttpMethods.Equals(allowed, method));
}

/// <summary>How faces map what programs ask.</summary>
public static class MachineEndpoints
{
    /// <summary>An address for programs. It is mapped for every method, so that a wrong one is answered by its own rules too.</summary>
    public static IEndpointConventionBuilder MapMachine(
        this IEndpointRouteBuilder endpoints, [System.Diagnostics.CodeAnalysis.StringSyntax("Route")] string pattern,
        AllowedMethods methods, Delegate handler) =>
        endpoints.Map(pattern, handler).WithMetadata(new MachineEndpointAttribute(), methods);

    /// <summary>Whatever else stands below a path is missing, for programs too.</summary>
    public static void MapMachineNotFound(this IEndpointRouteBuilder endpoints, string below) =>
        endpoints.MapFallback($"{below}/{{**rest}}", () => Results.StatusCode(StatusCodes.Status404NotFound))
            .WithMetadata(new MachineEndpointAttribute());
}
