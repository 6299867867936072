namespace TwoFactor.Web.Text.Administration;

using System.Globalization;
using TwoFactor.Administration.Importing;

/// <summary>The text for an agent whose file of accounts was not imported.</summary>
public static class ImportText
{
    public static Sentence FileMissing => new("Choose a file", "Choose a CSV file, with a first line that names its columns.");

    public static Sentence FileForgotten => new("Nothing was imported.", "The file was kept for half an hour only. Choose it again.");

    public static Sentence PlanChanged => new(
        "Nothing was imported yet.", "The accounts changed meanwhile. This is what the file would do now.");

    public static Sentence Undone(RunningImport import) => new("The import was undone.", UndoneBecause(import));

    /// <summary>Why an import was undone, and what of it stays.</summary>
    public static string UndoneBecause(RunningImport import)
    {
        ArgumentNullException.ThrowIfNull(import);
        var line = import.FailedLine is { } number ? string.Create(CultureInfo.InvariantCulture, $"Line {number}: ") : "";
        var left = import.LeftAsTheyAre switch
        {
            0 => "Nothing of it is left.",
            1 => "1 account stays as it is, because somebody changed it meanwhile.",
            var more => string.Create(
                CultureInfo.InvariantCulture, $"{more} accounts stay as they are, because somebody changed them meanwhile."),
        };
        return $"{line}{import.Why} {left}";
    }

    /// <summary>What became of the import that began last.</summary>
    public static string StateOf(RunningImport import)
    {
        ArgumentNullException.ThrowIfNull(import);
        var people = PeopleListText.PersonsExactly(import.Accounts);
        return import.State switch
        {
            ImportStates.Done => $"The last import, of {people}, is done: all of it is there.",
            ImportStates.Undone => $"The last import, of {people}, was undone. {UndoneBecause(import)}",
            ImportStates.Undoing => $"An import of {people} is being undone.",
            _ => $"An import of {people} is being written. It is done only when all of it is there.",
        };
    }
}
