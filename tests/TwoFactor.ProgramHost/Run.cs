namespace TwoFactor.ProgramHost;

/// <summary>The run to which the present code belongs, on whatever thread it goes on.</summary>
internal sealed record Run(int Id, Surroundings Surroundings)
{
    private static readonly AsyncLocal<Run?> Present = new();

    public static Run? Current
    {
        get => Present.Value;
        set => Present.Value = value;
    }
}
