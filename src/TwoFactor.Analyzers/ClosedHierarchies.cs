namespace TwoFactor.Analyzers;

using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

/// <summary>
/// Lets a switch expression name every case of a closed record without a discard arm. The compiler does not know that nobody else can
/// derive from an abstract record whose constructor is private, so it reports CS8509 for each such switch. This suppresses the warning when
/// every case is named; when one is missing, CS8509 stays, and is an error.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClosedHierarchies : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor AllCasesAreNamed =
        new("TF0001", "CS8509", "The record is closed, and every case of it is named");

    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions => ImmutableArray.Create(AllCasesAreNamed);

    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            var tree = diagnostic.Location.SourceTree;
            var node = tree?.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            var expression = node?.FirstAncestorOrSelf<SwitchExpressionSyntax>();
            if (tree is null || expression is null)
            {
                continue;
            }

            if (context.GetSemanticModel(tree).GetOperation(expression, context.CancellationToken) is ISwitchExpressionOperation found
                && NamesEveryCase(found))
            {
                context.ReportSuppression(Suppression.Create(AllCasesAreNamed, diagnostic));
            }
        }
    }

    private static bool NamesEveryCase(ISwitchExpressionOperation expression)
    {
        if (expression.Value.Type is not INamedTypeSymbol type || !IsClosed(type))
        {
            return false;
        }

        // An abstract record between the root and its cases is nested in the root too. Only its cases must be named, not the record itself.
        var cases = type.GetTypeMembers().Where(member => !member.IsAbstract && Is(member, type)).ToList();
        return cases.Count > 0
            && cases.All(each => each.IsSealed && expression.Arms.Any(arm => arm.Guard is null && Matches(arm.Pattern, each)));
    }

    /// <summary>
    /// Whether nobody outside can derive from the record: all constructors are private, apart from the copy constructor, which needs an
    /// instance.
    /// </summary>
    private static bool IsClosed(INamedTypeSymbol type) => type.IsRecord && type.IsAbstract && type.InstanceConstructors.All(constructor =>
        constructor.DeclaredAccessibility == Accessibility.Private
        || (constructor.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, type)));

    /// <summary>Whether the pattern matches every value of the case, whatever its properties are.</summary>
    private static bool Matches(IPatternOperation pattern, INamedTypeSymbol each) => pattern switch
    {
        ITypePatternOperation named => Is(each, named.MatchedType),
        IDeclarationPatternOperation named => named.MatchedType is { } matched && Is(each, matched),
        IRecursivePatternOperation named => Is(each, named.MatchedType)
            && named.DeconstructionSubpatterns.All(MatchesAnything)
            && named.PropertySubpatterns.All(property => MatchesAnything(property.Pattern)),
        IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.Or } either =>
            Matches(either.LeftPattern, each) || Matches(either.RightPattern, each),
        _ => false,
    };

    private static bool MatchesAnything(IPatternOperation pattern) =>
        pattern is IDiscardPatternOperation or IDeclarationPatternOperation { MatchesNull: true };

    private static bool Is(INamedTypeSymbol each, ITypeSymbol matched)
    {
        for (var type = each; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, matched))
            {
                return true;
            }
        }

        return false;
    }
}
