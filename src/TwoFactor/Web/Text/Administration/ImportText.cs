namespace TwoFactor.Web.Text.Administration;

/// <summary>The text for an agent whose file of accounts was not imported.</summary>
public static class ImportText
{
    public static Sentence FileMissing => new("Choose a file", "Choose a CSV file, with a first line that names its columns.");

    public static Sentence FileForgotten => new("Nothing was imported.", "The file was kept for half an hour only. Choose it again.");

    public static Sentence PlanChanged => new(
        "Nothing was imported yet.", "The accounts changed meanwhile. This is what the file would do now.");
}
