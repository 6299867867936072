namespace TwoFactor.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

/// <summary>
/// State that the installation has once. A writer takes the lock of the file with this row, and every change that may remove an admin locks
/// it too.
/// </summary>
public sealed class Instance
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    /// <summary>
    /// Raised by every change that may remove an admin, so that two such changes cannot both pass and leave no usable admin.
    /// </summary>
    public long AdminRev { get; init; }

    /// <summary>When the first admin's first code was confirmed. From then on there is no set-up.</summary>
    public UnixTime? SetupCompletedAt { get; init; }

    /// <summary>The number of accounts in the last clock alarm; negative when their phones are slow.</summary>
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
