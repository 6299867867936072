namespace TwoFactor.Accounts.Groups;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>An account in a group. A group is only a name: it exists while it has a member or a date.</summary>
public sealed class AccountGroup
{
    public required Guid AccountId { get; init; }

    /// <summary>In the spelling that all members share.</summary>
    public required string Name { get; init; }

    /// <summary>The groups of an account, as its seal covers them. The number of this form comes first.</summary>
    internal static byte[] ToCanonical(Guid account, IEnumerable<string> names)
    {
        var content = new CanonicalEncoding().Number(1).Id(account);
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            content.Text(name);
        }

        return content.ToArray();
    }
}

/// <summary>How a group is spelled, however its name is typed. It stays when the group is gone, and then binds nobody.</summary>
public sealed class GroupSpelling
{
    /// <summary>The key of every spelling that people take for the same name.</summary>
    public required string Folded { get; init; }

    public required string Name { get; init; }
}

/// <summary>By when everybody in a group should be enrolled.</summary>
public sealed class GroupDeadline
{
    public required string Name { get; init; }

    public required UnixTime EnrollBy { get; init; }
}

internal sealed class AccountGroupMapping : IEntityTypeConfiguration<AccountGroup>
{
    public void Configure(EntityTypeBuilder<AccountGroup> builder)
    {
        builder.HasKey(group => new { group.AccountId, group.Name });
        builder.Property(group => group.Name).HasMaxLength(GroupName.Longest);
        builder.HasIndex(group => new { group.Name, group.AccountId });
        builder.HasOne<Account>().WithMany().HasForeignKey(group => group.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class GroupSpellingMapping : IEntityTypeConfiguration<GroupSpelling>
{
    public void Configure(EntityTypeBuilder<GroupSpelling> builder)
    {
        builder.HasKey(group => group.Folded);
        builder.Property(group => group.Folded).HasMaxLength(GroupName.Longest);
        builder.Property(group => group.Name).HasMaxLength(GroupName.Longest);
    }
}

internal sealed class GroupDeadlineMapping : IEntityTypeConfiguration<GroupDeadline>
{
    public void Configure(EntityTypeBuilder<GroupDeadline> builder)
    {
        builder.HasKey(deadline => deadline.Name);
        builder.Property(deadline => deadline.Name).HasMaxLength(GroupName.Longest);
    }
}
