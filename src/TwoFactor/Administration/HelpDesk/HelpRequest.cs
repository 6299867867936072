namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

public static class HelpKinds
{
    /// <summary>The value in the database.</summary>
    public static string ToToken(this HelpKind kind) => kind switch
    {
        HelpKind.Pass => "pass",
        HelpKind.SwitchOff => "switch-off",
        _ => "reset",
    };

    internal static HelpKind Parse(string word) => word switch
    {
        "pass" => HelpKind.Pass,
        "switch-off" => HelpKind.SwitchOff,
        _ => HelpKind.Reset,
    };
}

/// <summary>Why a request ended.</summary>
public static class HelpEnds
{
    /// <summary>Mailed or handed over.</summary>
    public const string Done = "done";
    public const string Cancelled = "cancelled";

    /// <summary>Its time was over.</summary>
    public const string Expired = "expired";
}

/// <summary>One reset or pass that an agent started, from the request to the hand-over.</summary>
public sealed class HelpRequest
{
    public required Guid Id { get; init; }

    public required HelpKind Kind { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>The epoch of the account's guard: when the agent's page was made, and from the approval on that of the hold.</summary>
    public required Epoch Epoch { get; init; }

    /// <summary>The agent who asked. This is no foreign key, because the row outlives the agent's account.</summary>
    public required Guid AgentId { get; init; }

    /// <summary>How the agent checked the person's identity, in words.</summary>
    public required string Verified { get; init; }

    public required string Reason { get; init; }

    public required UnixTime AskedAt { get; init; }

    public required UnixTime EndsAt { get; init; }

    /// <summary>When the agent who asked may go on alone; null when a second person is needed, or one agent was enough.</summary>
    public UnixTime? NotBefore { get; init; }

    /// <summary>The agent who approved.</summary>
    public Guid? SecondId { get; init; }

    public UnixTime? ApprovedAt { get; init; }

    public UnixTime? EndedAt { get; init; }

    /// <summary>One of <see cref="HelpEnds"/>.</summary>
    public string? EndedBecause { get; init; }

    /// <summary>Everything that decides.</summary>
    internal void AppendTo(CanonicalEncoding content) => content
        .Id(Id).Text(Kind.ToToken()).Id(AccountId).Number(Epoch.Number).Id(AgentId).Text(Verified).Text(Reason)
        .Number(AskedAt.Seconds).Number(EndsAt.Seconds).Number(NotBefore?.Seconds).Id(SecondId).Number(ApprovedAt?.Seconds);
}

/// <summary>
/// The open requests of an account, as its seal covers them: somebody who only writes to the database cannot approve one.
/// </summary>
public sealed class SealedRequests : ISealedRequests
{
    public async Task<byte[]> ReadAsync(TwoFactorDb rows, Guid account, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return ToCanonical(account, await rows.Set<HelpRequest>().AsNoTracking()
            .Where(request => request.AccountId == account && request.EndedAt == null).ToListAsync(cancellation));
    }

    public byte[] None(Guid account) => ToCanonical(account, []);

    /// <remarks>The number of this form comes first.</remarks>
    private static byte[] ToCanonical(Guid account, IEnumerable<HelpRequest> requests)
    {
        var content = new CanonicalEncoding().Number(1).Id(account);
        foreach (var request in requests.OrderBy(request => request.Id))
        {
            request.AppendTo(content);
        }

        return content.ToArray();
    }
}

internal sealed class HelpRequestMapping : IEntityTypeConfiguration<HelpRequest>
{
    public void Configure(EntityTypeBuilder<HelpRequest> builder)
    {
        builder.Property(request => request.Id).ValueGeneratedNever();
        builder.Property(request => request.Kind).HasMaxLength(16)
            .HasConversion(kind => kind.ToToken(), word => HelpKinds.Parse(word));
        builder.Property(request => request.Verified).HasMaxLength(1000);
        builder.Property(request => request.Reason).HasMaxLength(1000);
        builder.Property(request => request.EndedBecause).HasMaxLength(16);
        builder.HasIndex(request => request.AccountId);
        builder.HasIndex(request => new { request.AgentId, request.AskedAt });
        builder.HasIndex(request => request.EndsAt);
        builder.HasIndex(request => request.AskedAt, "help_request_open").HasFilter("ended_at IS NULL");
        builder.HasOne<Account>().WithMany().HasForeignKey(request => request.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
