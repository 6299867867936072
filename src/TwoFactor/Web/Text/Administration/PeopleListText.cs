namespace TwoFactor.Web.Text.Administration;

using System.Globalization;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;

/// <summary>The text about many people at once.</summary>
public static class PeopleListText
{
    public static Sentence SearchCutOff => new(
        $"More than {Exactly(People.CountedUpTo)} accounts begin like that.", "Some may be missing here. Type more of the name.");

    /// <summary>"1,000+"</summary>
    public static string Counted(int count) => count > People.CountedUpTo ? "1,000+" : Exactly(count);

    /// <summary>"1 person", "1,000+ people"</summary>
    public static string Persons(int count) => count == 1 ? "1 person" : $"{Counted(count)} people";

    /// <summary>"1 person", "1,234 people"</summary>
    public static string PersonsExactly(int count) => count == 1 ? "1 person" : $"{Exactly(count)} people";

    /// <summary>The result of an act on many people: whom it reached, who was left out, and who remains.</summary>
    /// <param name="numbers">The numbers sent, left out and remaining; for an import, new and changed.</param>
    public static string ForBulk(FlashMessage message, IReadOnlyList<int> numbers)
    {
        int At(int place) => place < numbers.Count ? numbers[place] : 0;
        return message switch
        {
            FlashMessage.BulkInvited =>
                $"{Mails(At(0), "invitation")} on the way. {Remain(At(2), "Nobody here is left who was never invited.")}",
            FlashMessage.BulkReminded =>
                $"{Mails(At(0), "reminder")} on the way. {LeftOut(At(1))}{Remain(At(2), "Nobody else here is due.")}",
            FlashMessage.Imported => $"Imported: {Exactly(At(0))} new, {Exactly(At(1))} changed. Nobody was mailed an invitation yet.",
            _ => throw new ArgumentOutOfRangeException(nameof(message)),
        };
    }

    /// <summary>What the list's button will do.</summary>
    public static string BeforeBulk(Listing shown, int due, int leftOut, int size)
    {
        if (due == 0)
        {
            return LeftOut(leftOut).TrimEnd();
        }

        var whom = due > size ? $"The oldest {Exactly(size)} of {Persons(due)}" : Persons(due);
        var gets = due == 1 ? "gets" : "get";
        var mail = shown == Listing.NeverInvited
            ? $"{whom} {gets} a mail with a link to set up."
            : $"{whom} {gets} a reminder with a new link; {(shown == Listing.Invited ? "the" : "an")} older one ends.";
        var others = due > size ? "The others stay in this list. " : "";
        return $"{mail} {others}{LeftOut(leftOut)}".TrimEnd();
    }

    private static string Exactly(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Mails(int count, string what) => count == 1 ? $"1 {what} is" : $"{Counted(count)} {what}s are";

    private static string LeftOut(int count) => count == 0 ? "" : count == 1
        ? "1 person was reminded within the last day and is left out. "
        : $"{Counted(count)} people were reminded within the last day and are left out. ";

    private static string Remain(int count, string none) => count switch
    {
        0 => none,
        1 => "1 person remains.",
        _ => $"{Counted(count)} people remain.",
    };
}
