namespace TwoFactor.Administration.Handover;

using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// A ticket or pass that an agent was shown a moment ago. The answer that showed it may have been lost on its way, after the commit; so the
/// same session may see it again. Only the ciphertext is stored.
/// </summary>
public sealed class HandoverCopy
{
    /// <summary>The session of the agent who hands it over.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>Whose ticket or pass it is.</summary>
    public required Guid AccountId { get; init; }

    public required HelpKind Kind { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Guid KeyId { get; init; }

    /// <summary>When it is deleted. Until when it is shown stands in the ciphertext too.</summary>
    public required UnixTime ExpiresAt { get; init; }
}

internal sealed class HandoverCopyMapping : IEntityTypeConfiguration<HandoverCopy>
{
    public void Configure(EntityTypeBuilder<HandoverCopy> builder)
    {
        builder.HasKey(copy => new { copy.SessionId, copy.AccountId, copy.Kind });
        builder.Property(copy => copy.Kind).HasMaxLength(16).HasConversion(kind => kind.ToToken(), word => HelpKinds.Parse(word));
        builder.HasIndex(copy => copy.ExpiresAt);
        builder.HasOne<Session>().WithMany().HasForeignKey(copy => copy.SessionId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Account>().WithMany().HasForeignKey(copy => copy.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(copy => copy.KeyId).OnDelete(DeleteBehavior.Restrict);
    }
}

/// <summary>What is shown again.</summary>
/// <param name="Secret">The ticket or pass, in groups.</param>
/// <param name="EndsAt">When the ticket or pass ends.</param>
public sealed record ShownSecret(HelpKind Kind, string Secret, DateTimeOffset EndsAt);

/// <summary>Keeps what an agent hands over for a minute, for the session that made it.</summary>
public sealed class HandoverCopies(TwoFactorDb database, SecretsRing ring, KeyRingHealth health, TimeProvider time)
{
    /// <summary>How long it is shown again.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromMinutes(1);

    private const string Purpose = "TwoFactor.Handover";

    /// <summary>Keeps a ticket or pass, in the story that makes it; it replaces an older one of the same kind.</summary>
    internal Task KeepAsync(Work work, Guid session, Guid account, ShownSecret shown)
    {
        var until = work.Now + Shown;
        var kind = shown.Kind.ToToken();
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{until.Seconds} {shown.EndsAt.ToUnixTimeSeconds()} {shown.Secret}");
        var (ciphertext, key) = ring.Protect(Encoding.ASCII.GetBytes(text), Purpose, Row(session, account, kind));
        return work.ExecuteAsync(
            $"""
             INSERT INTO handover_copy (session_id, account_id, kind, ciphertext, key_id, expires_at)
              VALUES ({session}, {account}, {kind}, {ciphertext}, {key}, {until})
             ON CONFLICT (session_id, account_id, kind) DO UPDATE
              SET ciphertext=excluded.ciphertext, key_id=excluded.key_id, expires_at=excluded.expires_at
             """);
    }

    /// <summary>What this session was shown for this account a moment ago; null when there is nothing, or the minute is over.</summary>
    public async Task<ShownSecret?> FindAsync(Guid session, Guid account, HelpKind kind, CancellationToken cancellation)
    {
        var now = time.Now();
        var copy = await database.Set<HandoverCopy>().AsNoTracking().SingleOrDefaultAsync(
            row => row.SessionId == session && row.AccountId == account && row.Kind == kind && row.ExpiresAt > now, cancellation);
        if (copy is null || ring.Unprotect(
            new ProtectedPayload(copy.Ciphertext, copy.KeyId),
            health.Current.Readable,
            Purpose,
            Row(session, account, kind.ToToken())) is not Unprotected.Plain plain)
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(plain.Bytes).Split(' ', 3);
        return long.Parse(parts[0], CultureInfo.InvariantCulture) > now.Seconds
            ? new ShownSecret(
                kind, parts[2], DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture)))
            : null;
    }

    /// <summary>Deletes those whose minute is over.</summary>
    /// <returns>How many; as many as a batch holds: there may be more.</returns>
    public static Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync(
            $"""
             DELETE FROM handover_copy WHERE (session_id, account_id, kind) IN
              (SELECT session_id, account_id, kind FROM handover_copy WHERE expires_at<={work.Now} LIMIT {Work.Batch})
             """);
    }

    private static string[] Row(Guid session, Guid account, string kind) => [session.ToString("N"), account.ToString("N"), kind];
}
