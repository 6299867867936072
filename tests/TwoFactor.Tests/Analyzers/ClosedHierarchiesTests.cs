namespace TwoFactor.Tests.Analyzers;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TwoFactor.Analyzers;
using Xunit;

/// <summary>A switch over a closed record builds when every case of it is named, and only then.</summary>
public sealed class ClosedHierarchiesTests
{
    private const string Closed = """
        public abstract record Answer
        {
            private Answer() { }
            public sealed record Yes : Answer;
            public sealed record No(string Why) : Answer;
        }
        """;

    [Theory]
    [InlineData("Answer.Yes => 1, Answer.No(var why) => 2")]
    [InlineData("Answer.Yes => 1, Answer.No no => 2")]
    [InlineData("Answer.Yes => 1, Answer.No { Why: var why } => 2")]
    [InlineData("Answer.Yes => 1, Answer.No(\"because\") => 2, Answer.No(_) => 3")]
    [InlineData("Answer.Yes or Answer.No => 1")]
    public async Task Every_case_is_named(string arms) => Assert.Empty(await WarningsAsync(Closed, arms));

    [Theory]
    [InlineData("Answer.Yes => 1")]
    [InlineData("Answer.Yes => 1, Answer.No(\"because\") => 2")]
    [InlineData("Answer.Yes => 1, Answer.No { Why: \"because\" } => 2")]
    [InlineData("Answer.Yes => 1, Answer.No(var why) when why.Length > 1 => 2")]
    public async Task A_case_lacks(string arms) => Assert.Equal(["CS8509"], await WarningsAsync(Closed, arms), StringComparer.Ordinal);

    [Theory]
    [InlineData("Answer.Yes => 1, Answer.No => 2, Answer.Never => 3", true)]
    [InlineData("Answer.Yes => 1, Answer.Refusal => 2", true)]
    [InlineData("Answer.Yes => 1, Answer.No => 2", false)]
    public async Task A_record_between_is_named_by_its_cases_or_by_itself(string arms, bool isComplete)
    {
        const string between = "public abstract record Refusal : Answer; public sealed record Never : Refusal;";
        var record = Closed.Replace(
            "sealed record No(string Why) : Answer;", $"sealed record No(string Why) : Refusal; {between}", StringComparison.Ordinal);

        Assert.Equal(isComplete ? [] : ["CS8509"], await WarningsAsync(record, arms), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("private Answer() { }", "")]
    [InlineData("sealed record No", "record No")]
    [InlineData("abstract record Answer", "record Answer")]
    public async Task A_record_that_others_can_derive_from_is_not_closed(string part, string instead)
    {
        var open = Closed.Replace(part, instead, StringComparison.Ordinal);

        Assert.Equal(["CS8509"], await WarningsAsync(open, "Answer.Yes => 1, Answer.No => 2"), StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(string record, string arms)
    {
        var source = $$"""
            {{record}}
            public static class Text
            {
                public static int For(Answer answer) => answer switch { {{arms}} };
            }
            """;
        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Planted",
            [CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)],
            assemblies.Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        var found = await compilation.WithAnalyzers([new ClosedHierarchies()])
            .GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.Where(each => !each.IsSuppressed && each.Severity != DiagnosticSeverity.Hidden).Select(each => each.Id)];
    }
}
