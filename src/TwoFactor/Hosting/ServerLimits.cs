namespace TwoFactor.Hosting;

using System.ComponentModel.DataAnnotations;

/// <summary>The limits of the web server, for one request and for all together.</summary>
public sealed class ServerLimits
{
    /// <summary>Bytes of a request's body, 16384 to 1048576, default 65536.</summary>
    [Range(16_384, 1_048_576)]
    public int BodyBytes { get; init; } = 65_536;

    /// <summary>Bytes of a file that an admin imports, 65536 to 8388608, default 1048576.</summary>
    [Range(65_536, 8_388_608)]
    public int ImportBytes { get; init; } = 1_048_576;

    /// <summary>Bytes of all headers of a request, 8192 to 131072, default 32768.</summary>
    [Range(8_192, 131_072)]
    public int HeaderBytes { get; init; } = 32_768;

    /// <summary>Connections at once, 10 to 100000, default 2000.</summary>
    [Range(10, 100_000)]
    public int Connections { get; init; } = 2_000;

    /// <summary>Bytes per second below which a sender or reader is disconnected after five seconds, 1 to 10000, default 240.</summary>
    [Range(1, 10_000)]
    public int LeastBytesPerSecond { get; init; } = 240;

    /// <summary>Seconds for a request's headers to arrive, 1 to 120, default 15.</summary>
    [Range(1, 120)]
    public int HeaderSeconds { get; init; } = 15;

    /// <summary>
    /// Seconds for requests under way when the server is told to stop, 1 to 20, default 5: as long as a request waits for the database.
    /// Then their connections are aborted.
    /// </summary>
    [Range(1, 20)]
    public int StopSeconds { get; init; } = 5;
}
