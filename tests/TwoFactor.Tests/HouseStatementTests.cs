namespace TwoFactor.Tests;

using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A statement is code: which tables it reads and writes follows the floors of docs/architecture.md.</summary>
public sealed partial class HouseStatementTests
{
    private const string ProgramFolder = "src/TwoFactor/";

    /// <summary>
    /// Statements that must stand above the table that they write: one reads a table of its own floor to decide, and the row of the
    /// installation holds what several floors keep there.
    /// </summary>
    private static readonly string[] KnownStrangers =
    [
        "Authenticators/UsableAdmin.cs writes account",
        "Authenticators/Enrollment/TicketSweep.cs writes ticket",
        "Authenticators/ClockAlarm.cs writes instance",
        "Authenticators/UsableAdmin.cs writes instance",
        "Sessions/EnrollmentConfirmation.cs writes instance",
    ];

    private static IEnumerable<string> Sources => Repository.FilesBelow("src").Where(
        file => file.StartsWith(ProgramFolder, StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
            && !file.Contains("/Storage/Migrations/", StringComparison.Ordinal));

    /// <summary>A statement is code: it uses tables of its own floor or below.</summary>
    [Fact]
    public void No_statement_names_a_table_of_a_floor_above()
    {
        using var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite("Data Source=:memory:").Options);
        var floors = Floors.Table.SelectMany((row, height) => row.Select(floor => (floor, height)))
            .ToDictionary(pair => pair.floor, pair => pair.height, StringComparer.Ordinal);
        var tables = database.Model.GetEntityTypes().ToDictionary(
            entity => entity.GetTableName()!, entity => floors[Floors.FolderOf(entity.ClrType.FullName!)!], StringComparer.Ordinal);

        None(
            from file in Sources
            let folder = file.Split('/')[2]
            where floors.ContainsKey(folder)
            from named in Table().Matches(File.ReadAllText(Repository.PathOf(file))).Select(match => match.Groups["table"].Value)
            where tables.TryGetValue(named, out var height) && height < floors[folder]
            select $"{file} names {named}, which is above it");
    }

    /// <summary>A table has one owner, where its statements stand by name.</summary>
    [Fact]
    public void A_table_is_written_where_its_entity_stands()
    {
        using var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite("Data Source=:memory:").Options);
        var owners = database.Model.GetEntityTypes().ToDictionary(
            entity => entity.GetTableName()!, entity => Floors.FolderOf(entity.ClrType.FullName!)!, StringComparer.Ordinal);
        var strangers =
            (from file in Sources
             from written in Written().Matches(File.ReadAllText(Repository.PathOf(file))).Select(match => match.Groups["table"].Value)
             where owners.TryGetValue(written, out var owner) && !string.Equals(owner, file.Split('/')[2], StringComparison.Ordinal)
             select $"{file[ProgramFolder.Length..]} writes {written}").Distinct(StringComparer.Ordinal).ToList();

        None(strangers.Except(KnownStrangers, StringComparer.Ordinal));
        None(KnownStrangers.Except(strangers, StringComparer.Ordinal).Select(known => $"no longer: {known}"));
    }

    /// <summary>Who asks what happens to a column reads one file.</summary>
    [Fact]
    public void A_column_of_an_account_is_written_in_one_file()
    {
        var columns =
            (from file in Sources
             from statement in AccountUpdate().Matches(File.ReadAllText(Repository.PathOf(file)))
             from column in Column().Matches(statement.Groups["set"].Value).Select(match => match.Groups["column"].Value)
             group file[ProgramFolder.Length..] by column).ToList();

        None(
            from column in columns
            where column.Distinct(StringComparer.Ordinal).Count() > 1
            select $"{column.Key} is written in {string.Join(" and ", column.Distinct(StringComparer.Ordinal))}");
        Assert.Equal(
            [
                "Accounts/AccountListState.cs", "Accounts/Addresses.cs", "Accounts/Groups/Deadlines.cs",
                "Accounts/Statements/AccountStatements.cs", "Authenticators/UsableAdmin.cs",
            ],
            columns.SelectMany(column => column).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    /// <summary>Names every finding: the list of xunit's own assertion breaks off.</summary>
    private static void None(IEnumerable<string> findings)
    {
        var all = findings.Distinct(StringComparer.Ordinal).ToList();
        Assert.True(all.Count is 0, string.Join('\n', all));
    }

    [GeneratedRegex(@"\b(FROM|JOIN|UPDATE|INTO)\s+(?<table>[a-z_]+)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Table();

    [GeneratedRegex(
        @"\b(INSERT INTO|DELETE FROM|UPDATE)\s+(?<table>[a-z_]+)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Written();

    [GeneratedRegex(
        @"UPDATE account SET (?<set>.*?)\bWHERE id\b",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex AccountUpdate();

    [GeneratedRegex(@"(?<![.\w])(?<column>[a-z_]+)=", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Column();
}
