namespace TwoFactor.Commands;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Web.Text;

/// <summary>Prints the sentences that pages show.</summary>
internal static class Sentences
{
    public static string OnOneLine(Sentence sentence) =>
        string.Join(' ', new[] { sentence.Title.TrimEnd('.') + ".", sentence.Text }.Where(part => part is not null));

    public static TextContext TextContext(this IServiceProvider services) => services.GetRequiredService<TextContext>();
}
