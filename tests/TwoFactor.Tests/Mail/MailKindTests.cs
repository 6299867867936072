namespace TwoFactor.Tests.Mail;

using System.Reflection;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A new kind of mail is one entry with its words, and one row of docs/mails.md.</summary>
public sealed class MailKindTests
{
    [Fact]
    public void Every_kind_that_has_a_name_in_code_is_in_the_list() =>
        Assert.Equal(
            new[] { typeof(MailKinds), typeof(OwnerNotices) }
                .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Static))
                .Select(property => property.GetValue(null)).OfType<MailKind>().Select(kind => kind.Name).Order(StringComparer.Ordinal),
            MailKinds.All.Select(kind => kind.Name).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);

    [Fact]
    public void No_two_kinds_have_one_name_and_each_fits_its_columns()
    {
        Assert.Distinct(MailKinds.All.Select(kind => kind.Name), StringComparer.Ordinal);
        Assert.All(MailKinds.All, kind => Assert.Matches("^[a-z]+(-[a-z]+)*$", kind.Name));
        Assert.All(MailKinds.All, kind => Assert.InRange(kind.Name.Length, 1, 24));
    }

    [Fact]
    public void Every_kind_has_its_row_in_the_docs_with_what_its_link_stops() =>
        Assert.Equal(
            MailKinds.All.Select(kind => (kind.Name, kind.NotMe ?? "", kind.IsNotice)).Order(),
            Rows().Select(cells => (cells[0].Trim('`'), cells[3], cells[1].EndsWith(", a notice", StringComparison.Ordinal))).Order());

    [Fact]
    public void Every_kind_has_words_and_a_link_that_stops_it_where_it_says_so()
    {
        var written = MailSamples.OfEveryKind();

        Assert.Equal(
            MailKinds.All.Select(kind => kind.Name).Order(StringComparer.Ordinal),
            written.Select(message => message.Kind.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.All(
            written, message => Assert.Equal(message.Kind.NotMe is not null, message.Text.Contains("/not-me/", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_notice_writes_a_subject_that_fits_the_account_page() =>
        Assert.All(
            MailSamples.OfEveryKind().Where(message => message.Kind.IsNotice), message => Assert.InRange(message.Subject.Length, 1, 128));

    private static IEnumerable<string[]> Rows() => File.ReadAllLines(Repository.PathOf("docs", "mails.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
}
