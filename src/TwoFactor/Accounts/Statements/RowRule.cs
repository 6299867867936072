namespace TwoFactor.Accounts.Statements;

using System.Linq.Expressions;
using TwoFactor.Storage;

/// <summary>
/// A rule about a row at a moment. It is written once, and serves as the condition of a query and as a question about a row that was read.
/// </summary>
internal sealed class RowRule<T>(Expression<Func<T, UnixTime, bool>> rule)
{
    private readonly Func<T, UnixTime, bool> compiled = rule.Compile();

    /// <summary>Whether it holds for a row that was read.</summary>
    public bool Holds(T row, UnixTime moment) => compiled(row, moment);

    /// <summary>The rule as the condition of a query.</summary>
    public Expression<Func<T, bool>> At(UnixTime moment) =>
        Expression.Lambda<Func<T, bool>>(BodyAt(moment), rule.Parameters[0]);

    /// <summary>The condition of a query for all other rows.</summary>
    public Expression<Func<T, bool>> NotAt(UnixTime moment) =>
        Expression.Lambda<Func<T, bool>>(Expression.Not(BodyAt(moment)), rule.Parameters[0]);

    /// <remarks>The moment stands in the body as a captured variable does, so that it becomes a parameter of the statement.</remarks>
    private Expression BodyAt(UnixTime moment)
    {
        Expression<Func<UnixTime>> captured = () => moment;
        return new Replacement(rule.Parameters[1], captured.Body).Visit(rule.Body);
    }

    private sealed class Replacement(ParameterExpression parameter, Expression by) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == parameter ? by : node;
    }
}
