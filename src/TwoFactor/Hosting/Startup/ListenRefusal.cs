namespace TwoFactor.Hosting.Startup;

using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

/// <summary>Why the server cannot listen where it should, in words for an operator.</summary>
internal static class ListenRefusal
{
    /// <returns>Null when the exception tells of something else.</returns>
    public static string? Of(Exception exception, string urls) => Reason(exception) is { } reason ? $"Urls is '{urls}'. {reason}" : null;

    private static string? Reason(Exception exception) => exception switch
    {
        AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            "Another program listens there. Stop it, or choose another port.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            "This user may not listen there: ports below 1024 take a privilege. Choose a higher one.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "This machine does not have that address.",
        { InnerException: { } inner } => Reason(inner),
        _ => null,
    };
}
