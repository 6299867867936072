namespace TwoFactor.Audit.Retention;

using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The outcome of an export.</summary>
public abstract record ExportOutcome
{
    private ExportOutcome()
    {
    }

    /// <param name="First">The number of the first event; one more than <paramref name="Last"/> where there is none.</param>
    public sealed record Written(string File, string Signature, string Kid, long First, long Last) : ExportOutcome;

    /// <summary>The chain is broken, so nothing was signed.</summary>
    public sealed record Broken(AuditVerdict.Broken Verdict) : ExportOutcome;

    /// <param name="File">The file that exists already.</param>
    public sealed record Exists(string File) : ExportOutcome;
}

/// <summary>
/// Writes the sealed events to a file, one a line, and a signature beside it that anybody can check with the public key. Each event is
/// verified before it is written.
/// </summary>
public sealed class AuditExport(AuditVerification verification, ExportSigning exportSigning, TimeProvider time)
{
    /// <param name="path">The file. Its signature gets <c>.sig</c> at the end.</param>
    /// <param name="names">The present user names, by account id.</param>
    /// <param name="replace">Whether existing files of these names may be overwritten.</param>
    public async Task<ExportOutcome> WriteAsync(
        string path, IReadOnlyDictionary<Guid, string> names, bool replace, CancellationToken cancellation)
    {
        var (file, signature) = (Path.GetFullPath(path), Path.GetFullPath(path) + ".sig");
        if (!replace && new[] { file, signature }.FirstOrDefault(Path.Exists) is { } there)
        {
            return new ExportOutcome.Exists(there);
        }

        await exportSigning.EnsureAsync(cancellation);
        var keys = await exportSigning.KeysAsync(cancellation);
        try
        {
            return await WriteAsync(file, signature, keys[0], names, cancellation);
        }
        finally
        {
            foreach (var key in keys)
            {
                key.Dispose();
            }
        }
    }

    private async Task<ExportOutcome> WriteAsync(
        string file, string signature, SigningKeyPair key, IReadOnlyDictionary<Guid, string> names, CancellationToken cancellation)
    {
        var unfinished = DataDirectory.UnfinishedName(file);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var lines = new Lines(hash, key.Kid, names, time.GetUtcNow());
            var stream = new FileStream(unfinished, DataDirectory.OwnerOnly(FileMode.CreateNew));
            await using (stream)
            {
                lines.To = stream;
                if (await verification.VerifyAsync(null, lines, cancellation) is AuditVerdict.Broken broken)
                {
                    return new ExportOutcome.Broken(broken);
                }

                stream.Flush(flushToDisk: true);
            }

            // Write the signature first, so that a finished file is never without one.
            await DataDirectory.WriteFileAsync(signature, key.Sign(hash.GetHashAndReset()), cancellation);
            File.Move(unfinished, file, overwrite: true);
            return new ExportOutcome.Written(file, signature, key.Kid, lines.First, lines.Last);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Writes the lines of the file: a header, then one line for each event. Only the current line is in memory.</summary>
    private sealed class Lines(
        IncrementalHash hash, string kid, IReadOnlyDictionary<Guid, string> names, DateTimeOffset now) : IChainVisitor, IDisposable
    {
        private static readonly JsonWriterOptions Options =
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        private readonly MemoryStream line = new();

        public Stream To { get; set; } = Stream.Null;

        public long First { get; private set; } = 1;

        public long Last { get; private set; }

        public Task BeginAsync(AuditAnchor? anchor, AuditHead? head, CancellationToken cancellation)
        {
            (First, Last) = ((anchor?.Sequence ?? 0) + 1, head?.Sequence ?? 0);
            return WriteAsync(
                json =>
                {
                    json.WriteString("format", "twofactor-audit");
                    json.WriteNumber("version", 1);
                    json.WriteString("kid", kid);
                    json.WriteString("made_at", Moment(now));
                    json.WriteNumber("first", First);
                    json.WriteNumber("last", Last);
                    json.WriteString("last_mac", Hex(head?.Mac));
                    json.WriteString("mac_before_first", Hex(anchor?.Mac));
                },
                cancellation);
        }

        public Task VisitAsync(AuditEvent row, CancellationToken cancellation) => WriteAsync(
            json =>
            {
                json.WriteNumber("sequence", row.Sequence!.Value);
                json.WriteString("id", row.Id);
                json.WriteString("at", Moment(row.At.ToDateTimeOffset()));
                json.WriteString("kind", row.Kind);
                json.WriteString("words", AuditText.For(row.Kind));
                Who(json, "account", row.AccountId);
                json.WriteString("by", Enum.GetName(row.ActorKind)?.ToLowerInvariant());
                Who(json, "actor", row.Actor);
                json.WriteString("browser", UserAgent.Name(row.Browser));
                json.WriteString("platform", UserAgent.Name(row.Platform));
                json.WriteString("address", row.Address is { } address ? new IPAddress(address).ToString() : null);
                if (row.Number is { } number)
                {
                    json.WriteNumber("number", number);
                }
                else
                {
                    json.WriteNull("number");
                }

                json.WriteString("remark", AuditText.Remark(row.Kind, row.Number));
                json.WriteString("detail", row.Detail);
                if (row.Rev is { } revision)
                {
                    json.WriteNumber("revision", revision);
                }
                else
                {
                    json.WriteNull("revision");
                }

                json.WriteString("mac", Hex(row.Mac));
            },
            cancellation);

        public void Dispose() => line.Dispose();

        private static string Moment(DateTimeOffset moment) =>
            moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

        private static string? Hex(byte[]? mac) => mac is { Length: > 0 } ? Convert.ToHexStringLower(mac) : null;

        private void Who(Utf8JsonWriter json, string member, Guid? account)
        {
            json.WriteString(member, account?.ToString());
            json.WriteString(member + "_name", account is { } id ? names.GetValueOrDefault(id) : null);
        }

        private async Task WriteAsync(Action<Utf8JsonWriter> write, CancellationToken cancellation)
        {
            line.SetLength(0);
            var json = new Utf8JsonWriter(line, Options);
            await using (json)
            {
                json.WriteStartObject();
                write(json);
                json.WriteEndObject();
            }

            line.WriteByte((byte)'\n');
            var bytes = line.GetBuffer().AsMemory(0, (int)line.Length);
            hash.AppendData(bytes.Span);
            await To.WriteAsync(bytes, cancellation);
        }
    }
}
