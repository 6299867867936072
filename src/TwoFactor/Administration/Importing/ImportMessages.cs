namespace TwoFactor.Administration.Importing;

using System.Globalization;
using CsvHelper;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Characters;

/// <summary>
/// The sentences about what is wrong with a line, and what would be right. They stand in one place, so that a translator finds them. None
/// of them shows a secret.
/// </summary>
internal static class ImportMessages
{
    public const string NotUtf8 = "The file is not in UTF-8. Save it as CSV UTF-8.";
    public const string Empty = "The file is empty. Its first line names the columns: user_name,name,mail,groups,role,otpauth.";
    public const string ColumnTwice = "A column stands here twice. Keep one of them.";
    public const string NotText = "Something in this line is no character. Where the file was made, save it as UTF-8 anew.";
    public const string NoUserNameColumn = "There is no column user_name. It is the one that must be there.";
    public const string Mail = "This is no mail address, like ana@acme.example.";
    public const string MailMissing = "A new account needs a mail address, in a column mail.";
    public const string Role = "A role is user, helpdesk or admin.";
    public const string MakesAdmin = "Nobody becomes an admin by a file. Give this role on the account’s page.";
    public const string IsAdmin = "This is an admin, whom no file changes. Change it on the account’s page.";
    public const string InvitationEnds = "invitation: what was sent to the old address ends; a new one is for you to send";
    public const string Altered = "This account was altered in the database. Run audit verify on the server.";
    public const string EnrolledAlready = "This account has an authenticator of its own. Leave the cell otpauth empty.";
    public const string ImportedAuthenticator =
        "Its authenticator came from a file. Before this account becomes an admin’s, its owner sets up a new one in its place.";
    public const string AdminScans = "An admin scans a picture. Leave the cell otpauth empty.";
    public const string Authenticator = "authenticator";

    public const string BatchLost = "Somebody altered the import in the database. Run audit verify on the server.";
    public const string Stopped = "It was stopped before its first line was written.";

    public static string UserName =>
        Say($"A user name has 1 to {Accounts.UserName.Longest} letters, digits, dots, underscores or hyphens.");

    public static string Name => Say($"A name has at most {Account.LongestName} characters.");

    public static string Groups =>
        Say($"A group has 1 to {GroupName.Longest} letters, digits or other visible characters. Between two stands a semicolon.");

    public static string NoSuchColumn(string name, IEnumerable<string> columns) =>
        $"“{(name.Length > 40 ? UnicodeText.Truncate(name, 40) + "…" : name)}” is no column. The columns are {string.Join(", ", columns)}.";

    public static string CellCount(int cells, int columns) =>
        Say($"This line has {cells} {(cells == 1 ? "cell" : "cells")}, the heading {columns}. A cell with a comma in it stands in quotes.");

    public static string Twice(string userName, int line) => Say($"{userName} stands in line {line} already.");

    public static string MailTwice(string mail, int line) => Say($"{mail} stands in line {line} already.");

    public static string SecretTwice(int line) => Say($"The authenticator of line {line} is no second person's.");

    public static string MailTaken(string mail) => $"{mail} belongs to another account.";

    public static string NameTaken(string userName) => $"{userName} was given to another account meanwhile.";

    public static string LastAdmin(string name) => $"{name} is the last admin who can sign in. Make another one first.";

    public static string EnrollsNow(string name) => $"{name} began to set up an authenticator just now. Import the file again.";

    public static string ChangedMeanwhile(string userName) => $"{userName} was changed meanwhile. Look at the file again.";

    public static string AdminNoLonger(string name) => $"{name}, who imports, is no admin any more.";

    /// <summary>The detail of the event when an account that the import had added is deleted again.</summary>
    public static string Undone(string userName) => $"{userName}; the import that added it was undone";

    public static string For(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "A quote stands inside a cell without quotes. Put the cell in quotes, and write the quote twice.",
        CsvMalformedReason.TextAfterClosingQuote =>
            "Something stands behind the quote that ends a cell. A quote inside a cell is written twice.",
        CsvMalformedReason.UnterminatedQuote => "A quote opens a cell and nothing closes it.",
        _ => "This is no line of a CSV file.",
    };

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
