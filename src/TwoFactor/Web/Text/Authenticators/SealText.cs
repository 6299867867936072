namespace TwoFactor.Web.Text.Authenticators;

using TwoFactor.Authenticators.Seals;

/// <summary>What operators read about an account that was changed in the database.</summary>
public static class SealText
{
    public static string For(Misfit misfit)
    {
        ArgumentNullException.ThrowIfNull(misfit);
        return misfit.Parts.Count == 0
            ? $"The account {misfit.Name} is gone, and no event says that it was deleted."
            : $"The account {misfit.Name} was altered in the database: {string.Join("; ", misfit.Parts.Select(Describe))}. "
                + $"Nobody can use it. To accept it as it stands: account rewrite {misfit.Name}";
    }

    /// <summary>Names the part, and the columns that it covers.</summary>
    public static string Describe(SealedPart part) => $"{part.ToToken()} ({Covers(part)})";

    private static string Covers(SealedPart part) => part switch
    {
        SealedPart.Guard => "what holds it, whether it is closed, its epoch or its seal",
        SealedPart.Person => "user name, name, role, password, addresses or dates",
        SealedPart.Groups => "its groups",
        SealedPart.Factors => "authenticators or recovery codes",
        SealedPart.Requests => "open requests for help",
        SealedPart.Revision => "it is older than its newest change, or events were removed",
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };
}
