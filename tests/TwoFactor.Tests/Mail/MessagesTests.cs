namespace TwoFactor.Tests.Mail;

using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using Xunit;

public sealed class MessagesTests
{
    private const string Host = MailSamples.Host;
    private const string NeverAsked = "We never ask for a code, a recovery code or a password by mail or phone.";

    private static readonly DateTimeOffset Now = MailSamples.Now;
    private static readonly Token Proof = MailSamples.Proof;

    /// <summary>Mails to others than whoever did it, which ask other questions.</summary>
    private static readonly MailKind[] Unasked =
        [
            MailKinds.SecondWanted, MailKinds.RoleNotice, MailKinds.AccountDeleted, MailKinds.AgentLimit, MailKinds.StopNotice,
            MailKinds.AccountAltered, MailKinds.AccountDisabled, MailKinds.AccountEnabled,
        ];

    public static TheoryData<string> Names =>
    [
        "Grace Hopper",
        "Zoë Ångström",
        "<img src=x onerror=alert(1)>",
        "A\" onmouseover=\"x",
        "Ana\r\nBcc: eve@evil.example\r\n\r\nHello",
        new string('w', 200)
    ];

    [Fact]
    public void Every_subject_says_the_fact() =>
        Assert.Equal(
            [
                "You are invited to Acme",
                "Set up your authenticator again: your ticket",
                "The help desk started a reset of your sign-in",
                "A sign-in is being reset on the server",
                "A new authenticator was added",
                "An authenticator was removed",
                "A recovery code was used, 7 are left",
                "New recovery codes were saved",
                "10 wrong codes on your account",
                "Your authenticator was switched off",
                "The reset of your sign-in was stopped",
                "Your password was changed",
                "Your mail address was changed",
                "Choose a new password",
                "Sign in without your phone: your pass",
                "The help desk gave you a pass",
                "Your pass was used",
                "The help desk was asked for a reset of your sign-in",
                "The reset of your sign-in was stopped",
                "Choose a new password",
                "Your role was changed",
                "A reset waits for a second person",
                "There is a new admin",
                "Your account was deleted",
                "Your account was switched off",
                "Your account was switched on again",
                "Your sessions were ended",
                "Many resets by one agent", "An account was altered in the database", "100 wrong passwords on your account",
                "Confirm your mail address", "A new mail address was entered", "Your sign-in was stopped", "Somebody said “not me”",
                "Reminder: you are invited to Acme", "The help desk was asked for a pass for your sign-in",
            ],
            MailSamples.OfEveryKind().Select(message => message.Subject),
            StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_parts_say_the_same_words_and_show_the_same_links(string name)
    {
        foreach (var message in MailSamples.All(name))
        {
            using var page = Parse(message);
            foreach (var rule in page.QuerySelectorAll("hr"))
            {
                rule.OuterHtml = "<p>--</p>";
            }

            // A word of more than 72 mails is broken in the text part: the mails are compared, not the breaks.
            Assert.Equal(Messages(message.Text), Messages(page.Body!.TextContent));
            Assert.Equal(
                message.Text.Split('\n').Where(line => line.StartsWith("http", StringComparison.Ordinal)),
                page.QuerySelectorAll("a").Select(link => link.GetAttribute("href")),
                StringComparer.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_text_is_wrapped_at_72_and_links_stand_alone_on_their_line(string name)
    {
        foreach (var line in MailSamples.All(name).SelectMany(message => message.Text.Split('\n')))
        {
            if (line.Contains(Host, StringComparison.Ordinal))
            {
                Assert.StartsWith(Host, line, StringComparison.Ordinal);
                Assert.DoesNotContain(' ', line);
            }
            else
            {
                Assert.InRange(line.Length, 0, 72);
                Assert.Equal(line.Trim(), line);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_make_no_tags_and_no_lines_of_their_own(string name)
    {
        string[] allowed = ["HTML", "HEAD", "META", "META", "META", "TITLE", "STYLE", "BODY", "P", "B", "A", "HR"];
        foreach (var message in MailSamples.All(name))
        {
            using var page = Parse(message);
            Assert.All(page.All, element => Assert.Contains(element.TagName, allowed, StringComparer.Ordinal));
            Assert.All(
                page.Body!.QuerySelectorAll("*").SelectMany(element => element.Attributes),
                attribute => Assert.Equal("href", attribute.Name));
            Assert.DoesNotContain("\nBcc:", message.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(message.Subject + message.ToName, character => char.IsControl(character));
        }
    }

    [Fact]
    public void An_address_is_its_own_link_text_and_every_link_comes_from_the_public_address()
    {
        foreach (var message in MailSamples.OfEveryKind())
        {
            using var page = Parse(message);
            var links = page.QuerySelectorAll("a");
            Assert.NotEmpty(links);
            Assert.All(links, link => Assert.Equal(link.GetAttribute("href"), link.TextContent));
            Assert.All(links, link => Assert.StartsWith(Host + "/", link.TextContent, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_mail_says_when_whom_to_ask_and_what_we_never_ask_for()
    {
        foreach (var message in MailSamples.OfEveryKind())
        {
            var text = message.Text;
            Assert.StartsWith("Grace Hopper,\n", text, StringComparison.Ordinal);
            string[] questions = Unasked.Contains(message.Kind) ? [] : ["Was it you? ", "Not you? "];
            string[] order = ["When: 24 November 2026, 10:02 UTC", .. questions, "Questions? Contact the desk (4711).", "\n--\n"];
            var places = order.Select(part => text.IndexOf(part, StringComparison.Ordinal)).ToArray();
            Assert.All(places, place => Assert.True(place > 0, text));
            Assert.Equal(places.Order(), places);
            Assert.Equal(NeverAsked, OneLine(text[(places[^1] + 4)..]));
        }
    }

    [Fact]
    public void The_ticket_stands_in_groups_and_as_a_link_and_needs_the_password()
    {
        var message = MailSamples.OfEveryKind().Single(message => message.Kind == MailKinds.Ticket);

        Assert.Contains($"\nYour ticket: {Proof.RevealInGroups()}\n", message.Text, StringComparison.Ordinal);
        Assert.Contains($"\n{Host}/sign-in/ticket/{Proof.Reveal()}\n", message.Text, StringComparison.Ordinal);
        Assert.Contains("It needs your password too.", OneLine(message.Text), StringComparison.Ordinal);
        Assert.Contains("\nThe ticket works until: 25 November 2026, 10:02 UTC\n", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(MailSamples.NotMe.Reveal(), message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_owner_reads_who_started_a_reset_and_why_and_can_stop_it()
    {
        var message = MailSamples.OfEveryKind().Single(message => message.Kind == OwnerNotices.ResetStarted);

        Assert.Contains(
            "\nWho: Ada Lovelace\nWhy: Phone stolen on the train\nHow it was checked who asked: ", message.Text, StringComparison.Ordinal);
        Assert.Contains(
            $"\nStill have your phone? Sign in and cancel it with a code:\n{Host}/sign-in\n", message.Text, StringComparison.Ordinal);
        Assert.Contains($"\n{Host}/not-me/{MailSamples.NotMe.Reveal()}\n", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Proof.Reveal(), message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Proof.RevealInGroups(), message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_owner_reads_where_an_authenticator_was_added_and_can_stop_it()
    {
        var message = MailSamples.OfEveryKind().Single(message => message.Kind == OwnerNotices.NewAuthenticator);

        Assert.Contains("\nBrowser: Chrome on Android\n", message.Text, StringComparison.Ordinal);
        Assert.Contains($"\n{Host}/not-me/{MailSamples.NotMe.Reveal()}\n", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_invitation_leads_to_its_page_and_away_from_it()
    {
        var message = MailSamples.OfEveryKind().Single(message => message.Kind == MailKinds.Invitation);

        Assert.Contains($"\n{Host}/invitation/{Proof.Reveal()}\n", message.Text, StringComparison.Ordinal);
        Assert.Contains($"\n{Host}/not-me/{MailSamples.NotMe.Reveal()}\n", message.Text, StringComparison.Ordinal);
        Assert.Contains("\nThe link works until: 25 November 2026, 10:02 UTC\n", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_that_is_logged_by_mistake_shows_nothing() =>
        Assert.All(MailSamples.OfEveryKind(), message => Assert.Equal($"Mail {message.Kind} (hidden)", message.ToString()));

    private static IDocument Parse(MailMessage message) => new HtmlParser().ParseDocument(message.Html);

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static string Messages(string text) => string.Concat(text.Where(message => !char.IsWhiteSpace(message)));
}
