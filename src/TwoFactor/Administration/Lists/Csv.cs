namespace TwoFactor.Administration.Lists;

using TwoFactor.Characters;

/// <summary>Lines of a CSV file (RFC 4180). No cell becomes a formula when a spreadsheet opens the file.</summary>
public static class Csv
{
    /// <summary>Full-width ones too: some spreadsheets take them for the others.</summary>
    private const string FormulaSigns = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>One line with its line end.</summary>
    public static string Line(params IReadOnlyList<string?> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        return string.Join(',', cells.Select(cell => Quote(Neutralise(cell ?? "")))) + "\r\n";
    }

    /// <summary>A cell as it was before <see cref="Line"/> wrote it.</summary>
    public static string Restore(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.StartsWith('\'') && IsFormula(cell) ? cell[1..] : cell;
    }

    private static string Neutralise(string cell) => IsFormula(cell) ? "'" + cell : cell;

    /// <remarks>
    /// Leading apostrophes are skipped, so that <see cref="Restore"/> can undo what <see cref="Line"/> did; and what nobody sees before a
    /// sign, since a spreadsheet may skip it too.
    /// </remarks>
    private static bool IsFormula(string cell)
    {
        var text = cell.TrimStart('\'');
        return (text.Length > 0 && FormulaSigns.Contains(text[0], StringComparison.Ordinal))
            || (TypedText.Clean(text) is { Length: > 0 } seen && FormulaSigns.Contains(seen[0], StringComparison.Ordinal));
    }

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(',', '"', '\n')
            || cell.Contains('\r', StringComparison.Ordinal)
            || cell.AsSpan().Trim().Length < cell.Length
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : cell;
}
