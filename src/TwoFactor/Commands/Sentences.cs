namespace TwoFactor.Commands;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Web.Text;

/// <summary>The same sentences that people read on pages.</summary>
internal static class Sentences
{
    public static string Of(IServiceProvider services, object outcome, string? name = null)
    {
        var sentence = ActivatorUtilities.CreateInstance<Outcomes>(services).For(outcome, name)
            ?? throw new InvalidOperationException($"{outcome.GetType().Name} has no sentence.");
        return string.Join(' ', new[] { sentence.Title.TrimEnd('.') + ".", sentence.Text }.Where(part => part is not null));
    }
}
