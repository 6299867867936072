namespace TwoFactor.Accounts;

/// <summary>What an account may do. Each role outranks those before it.</summary>
public enum Role
{
    User = 0,
    Helpdesk = 1,
    Admin = 2,
}

public static class Roles
{
    private static readonly Role[] All = Enum.GetValues<Role>();

    /// <summary>The role's name in the database, on pages and on the command line.</summary>
    public static string ToToken(this Role role) => role switch
    {
        Role.User => "user",
        Role.Helpdesk => "helpdesk",
        Role.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>The names of all roles.</summary>
    public static IReadOnlyList<string> Tokens { get; } = [.. All.Select(ToToken)];

    public static Role? Parse(string? word)
    {
        foreach (var role in All)
        {
            if (string.Equals(role.ToToken(), word, StringComparison.Ordinal))
            {
                return role;
            }
        }

        return null;
    }

    /// <summary>Whether an agent may act on an account: only on a lower role, so nobody acts on a peer or on themselves.</summary>
    public static bool Outranks(this Role agent, Role target) => agent > target;
}
