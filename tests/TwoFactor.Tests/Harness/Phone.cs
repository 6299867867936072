namespace TwoFactor.Tests.Harness;

using System.Globalization;
using TwoFactor.Authenticators;
using TwoFactor.Storage;

/// <summary>What an authenticator app holds and shows.</summary>
public sealed class Phone(TotpSecret secret, TimeProvider time)
{
    private const int FarSteps = 30;

    public TotpSecret Secret => secret;

    /// <summary>The code that it shows now, or some steps of 30 s from now.</summary>
    public string Code(int steps = 0) => TotpCode.At(secret, TotpCode.StepAt(time.Now()) + steps);

    /// <summary>The code that a program shows which shares no line with ours.</summary>
    public Task<string> CodeByOathtoolAsync() => OathTool.CodeAsync(secret.RevealAsText(), time.GetUtcNow());

    /// <summary>A code that fits none of the steps that anybody looks at.</summary>
    public string WrongCode()
    {
        var near = Enumerable.Range(-FarSteps, (2 * FarSteps) + 1).Select(Code).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, 1000).Select(number => number.ToString("D6", CultureInfo.InvariantCulture))
            .First(code => !near.Contains(code));
    }
}
