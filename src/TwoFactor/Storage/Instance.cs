namespace TwoFactor.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

/// <summary>
/// What the whole installation has once. Its row is what a writer locks, and what the number of usable admins is decided under.
/// </summary>
public sealed class Instance
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    /// <summary>Raised by everything that may take an admin away: its row is the lock of the last usable admin.</summary>
    public long AdminRev { get; init; }

    /// <summary>When the first admin's first code was confirmed. From then on there is no set-up.</summary>
    public UnixTime? SetupCompletedAt { get; init; }

    /// <summary>What the last alarm of the clock counted: accounts, negative where their phones are slow.</summary>
    public int ClockAlarm { get; init; }

    /// <summary>Until when that alarm lasts, unless it is renewed.</summary>
    public UnixTime ClockAlarmUntil { get; init; }
}

internal sealed class InstanceMapping : IEntityTypeConfiguration<Instance>
{
    public void Configure(EntityTypeBuilder<Instance> builder)
    {
        builder.Property(instance => instance.Id).ValueGeneratedNever();
        builder.ToTable(table => table.HasCheckConstraint("instance_is_one", "id = 1"));
    }
}
