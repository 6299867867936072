namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

/// <summary>A person who signs in. Whether the person may is the code guard's to say.</summary>
public sealed class Account
{
    public required Guid Id { get; init; }

    /// <summary>Normalised, unique.</summary>
    public required string UserName { get; set; }

    /// <summary>Normalised, unique.</summary>
    public required string Mail { get; set; }

    /// <summary>What was told to <see cref="Mail"/> is told there too, for a lost mailbox. Tickets and invitations do not go there, and nobody signs in by it.</summary>
    public string? SecondMail { get; init; }

    /// <summary>What <see cref="Mail"/> was before its last change.</summary>
    public string? FormerMail { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? MailChangedAt { get; init; }

    /// <summary>What <see cref="SecondMail"/> was before its last change; null also where there was none.</summary>
    public string? FormerSecondMail { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? SecondMailChangedAt { get; init; }

    /// <summary>When a mailed link last set the password, or an address was changed, in Unix seconds: whoever did it may own no more than a mailbox.</summary>
    public long? DoubtedAt { get; init; }

    /// <summary>The first full sign-in after that, in Unix seconds.</summary>
    public long? TrustedAt { get; init; }

    /// <summary>What other people read: "Ada Lovelace".</summary>
    public required string Name { get; set; }

    public required Role Role { get; init; }

    /// <summary>Over account and role.</summary>
    public required byte[] RoleSeal { get; init; }

    /// <summary>Argon2id as a PHC string; null until the person has set one.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Unix seconds.</summary>
    public long? PasswordChangedAt { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When the first authenticator was ever confirmed, in Unix seconds. From then on there are resets, and no more invitations.</summary>
    public long? EnrolledAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? LastSignInAt { get; init; }
}

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.Property(account => account.UserName).HasMaxLength(64);
        builder.Property(account => account.Mail).HasMaxLength(254);
        builder.Property(account => account.SecondMail).HasMaxLength(254);
        builder.Property(account => account.FormerMail).HasMaxLength(254);
        builder.Property(account => account.FormerSecondMail).HasMaxLength(254);
        builder.Property(account => account.Name).HasMaxLength(128);
        builder.Property(account => account.Role).HasMaxLength(16)
            .HasConversion(role => role.Word(), word => Roles.Parse(word) ?? Role.User);
        builder.HasIndex(account => account.UserName).IsUnique();
        builder.HasIndex(account => account.Mail).IsUnique();
        builder.HasIndex(account => account.FormerMail);
        builder.ToTable(table => table.HasCheckConstraint("account_role_is_known", "role IN ('user', 'helpdesk', 'admin')"));
    }
}

/// <summary>What the whole installation has once.</summary>
public sealed class Instance
{
    /// <summary>Always 1.</summary>
    public required int Id { get; init; }

    /// <summary>Raised by everything that may take an admin away: its row is the lock of the last usable admin.</summary>
    public long AdminRev { get; init; }

    /// <summary>When the first admin's first code was confirmed, in Unix seconds. From then on there is no set-up.</summary>
    public long? SetupCompletedAt { get; init; }
}

internal sealed class InstanceMapping : IEntityTypeConfiguration<Instance>
{
    public void Configure(EntityTypeBuilder<Instance> builder)
    {
        builder.Property(instance => instance.Id).ValueGeneratedNever();
        builder.ToTable(table => table.HasCheckConstraint("instance_is_one", "id = 1"));
    }
}
