namespace TwoFactor.Administration.Importing;

using System.Text;
using CsvHelper;
using TwoFactor.Administration.Lists;
using TwoFactor.Characters;

/// <summary>One line of a file, as it was written. A cell is null when the file has no such column.</summary>
/// <param name="Number">The number of its first line in the file; the heading is line 1.</param>
internal sealed record ImportRow(int Number, string UserName, string? Name, string? Mail, string? Groups, string? Role, string? KeyUri)
{
    /// <summary>Hides the cells, which may hold a secret.</summary>
    public override string ToString() => $"Line {Number} (hidden)";
}

/// <summary>A file with people: named columns in any order, UTF-8, quotes as in RFC 4180.</summary>
/// <param name="Bad">Lines that cannot be read, with what is wrong.</param>
internal sealed record ImportFile(IReadOnlyList<ImportRow> Rows, IReadOnlyList<ImportLine> Bad)
{
    private const string UserNameColumn = "user_name";

    private static readonly string[] ImportedColumns = [UserNameColumn, "name", "mail", "groups", "role", "otpauth"];

    /// <summary>Columns that an export has and an import ignores, because a file cannot change them.</summary>
    private static readonly string[] IgnoredColumns = ["state", "enroll_by"];

    public static ImportFile Parse(ReadOnlySpan<byte> bytes)
    {
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Refused(ImportMessages.NotUtf8);
        }

        var malformed = new Dictionary<int, string>();
        using var reader = CsvReader.FromText(text.TrimStart('\uFEFF'), Options(malformed));
        if (!reader.Read() || Cells(reader).All(TypedText.IsBlank))
        {
            return Refused(ImportMessages.Empty);
        }

        var heading = Cells(reader).Select(cell => TypedText.Plain(cell).ToLowerInvariant()).ToList();
        if (!heading.TrueForAll(UnicodeText.IsWellFormed))
        {
            return Refused(ImportMessages.NotText);
        }

        if (malformed.Count > 0 || Complaint(heading) is not null)
        {
            return Refused(malformed.TryGetValue(1, out var why) ? why : Complaint(heading) ?? ImportMessages.Empty);
        }

        var (rows, bad) = (new List<ImportRow>(), new List<ImportLine>());
        while (reader.Read())
        {
            var (number, cells) = ((int)reader.LineNumber, Cells(reader));
            if (malformed.TryGetValue(number, out var what))
            {
                bad.Add(ImportLine.Wrong(number, "", what));
            }
            else if (!cells.TrueForAll(UnicodeText.IsWellFormed))
            {
                bad.Add(ImportLine.Wrong(number, "", ImportMessages.NotText));
            }
            else if (cells.Count == heading.Count)
            {
                rows.Add(ToRow(number, heading, cells));
            }
            else if (cells.Any(cell => cell.Length > 0))
            {
                bad.Add(ImportLine.Wrong(number, "", ImportMessages.CellCount(cells.Count, heading.Count)));
            }
        }

        return new ImportFile([.. rows.Where(row => !IsEmpty(row))], bad);
    }

    private static CsvReaderOptions Options(Dictionary<int, string> malformed) => new()
    {
        Separator = ',',
        HasHeader = false,
        DetectSeparatorHint = false,
        SkipEmptyLines = false,
        TrackLineNumbers = true,
        NullValues = [],
        FieldCountMismatch = CsvFieldCountHandling.Allow,
        MalformedData = CsvMalformedDataHandling.Recover,
        OnMalformedRecord = record => malformed.TryAdd((int)record.LineNumber, ImportMessages.For(record.Reason)),
        // Otherwise an exception could carry a secret into a log.
        IncludeValuesInExceptions = false,
    };

    private static string? Complaint(List<string> heading)
    {
        if (heading.Find(column => !ImportedColumns.Contains(column, StringComparer.Ordinal)
            && !IgnoredColumns.Contains(column, StringComparer.Ordinal)) is { } unknown)
        {
            return ImportMessages.NoSuchColumn(unknown, ImportedColumns);
        }

        if (heading.Distinct(StringComparer.Ordinal).Count() < heading.Count)
        {
            return ImportMessages.ColumnTwice;
        }

        return heading.Contains(UserNameColumn, StringComparer.Ordinal) ? null : ImportMessages.NoUserNameColumn;
    }

    private static ImportRow ToRow(int number, List<string> heading, List<string> cells)
    {
        string? Cell(string column) => heading.IndexOf(column) is >= 0 and var place ? Csv.Restore(cells[place]).Trim() : null;
        return new ImportRow(number, Cell(UserNameColumn) ?? "", Cell("name"), Cell("mail"), Cell("groups"), Cell("role"), Cell("otpauth"));
    }

    private static bool IsEmpty(ImportRow row) =>
        TypedText.IsBlank(row.UserName) && new[] { row.Name, row.Mail, row.Groups, row.Role, row.KeyUri }.All(TypedText.IsBlank);

    private static List<string> Cells(CsvReader reader) => [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];

    private static ImportFile Refused(string why) => new([], [ImportLine.Wrong(1, "", why)]);
}
