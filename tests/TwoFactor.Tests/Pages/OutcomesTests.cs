namespace TwoFactor.Tests.Pages;

using System.Runtime.CompilerServices;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web.Text;
using Xunit;

/// <summary>Every verdict of every story has its sentence.</summary>
public sealed class OutcomesTests
{
    /// <summary>The stories' answers: every abstract record of a noun whose cases stand inside it. Those of the ground are answered below the pages.</summary>
    private static readonly HashSet<Type> BelowThePages =
        [typeof(Unprotected), typeof(TicketState), typeof(SessionState), typeof(SignInName), typeof(HashAnswer), typeof(ApprovalRequirement), typeof(KeyUriParseResult)];

    /// <summary>Cases that lead on to another page, and so say nothing.</summary>
    private static readonly HashSet<Type> LeadOn =
    [
        typeof(CodeVerdict.Accepted), typeof(EnrollmentVerdict.Confirmed), typeof(EnrollmentState.Open), typeof(PasswordVerdict.Fits),
        typeof(NewPassword.Hashed), typeof(PasswordOutcome.Proven), typeof(PasswordOutcome.Resumed), typeof(AddressOutcome.Changed), typeof(AddressOutcome.Unchanged), typeof(PendingSignInState.AskCode), typeof(SignInOutcome.SignedIn),
        typeof(TicketOutcome.Opened), typeof(ConfirmOutcome.SignedIn), typeof(SetupState.Open), typeof(LinkState.Open),
        typeof(RecoveryVerdict.Accepted), typeof(RecoveryVerdict.PassAccepted), typeof(RecoveryOutcome.SignedIn), typeof(PendingRecoverySet.Shown), typeof(ProofOutcome.Given),
        typeof(OwnAuthenticatorOutcome.Opened), typeof(OwnAuthenticatorOutcome.Removed), typeof(OwnAuthenticatorOutcome.Renamed), typeof(PasswordChangeOutcome.Changed),
        typeof(AcceptOutcome.EnrollmentOpened), typeof(AcceptOutcome.AppKept), typeof(PasswordLinkOutcome.Changed), typeof(NotMeState.Asks), typeof(InviteOutcome.Invited),
    ];

    private readonly Outcomes outcomes = new(
        new Brand("Acme", "Acme", "the desk", null),
        new PublicUrl(new Uri("https://sso.acme.example")),
        new SessionLimits(),
        new EnrollmentLimits(),
        new PasswordLimits(),
        new TicketLimits(),
        new CoolingOffLimits(),
        TimeProvider.System);

    public static TheoryData<Type> Cases()
    {
        var nouns = new[] { "Accounts", "Authenticators", "Sessions", "Administration" };
        var cases = typeof(CodeVerdict).Assembly.GetTypes()
            .Where(type => type.IsAbstract && type.GetMethod("<Clone>$") is not null && nouns.Any(noun => type.Namespace == $"TwoFactor.{noun}"))
            .Where(type => !BelowThePages.Contains(type))
            .SelectMany(type => type.GetNestedTypes().Where(nested => nested.IsSubclassOf(type)));
        return [.. cases];
    }

    [Fact]
    public void The_walk_meets_the_stories() => Assert.True(Cases().Count > 80, $"Only {Cases().Count} cases were found.");

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_has_a_sentence_or_leads_on(Type type)
    {
        var sentence = outcomes.For(Make(type), "Ana");
        if (LeadOn.Contains(type))
        {
            Assert.Null(sentence);
            return;
        }

        Assert.False(string.IsNullOrWhiteSpace(sentence?.Title), $"{type.DeclaringType!.Name}.{type.Name} has no sentence.");
        Assert.DoesNotContain(type.Name + " {", sentence.Title + sentence.Text + sentence.Below, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_note_has_its_words() =>
        Assert.All(Enum.GetValues<FlashMessage>(), message => Assert.False(string.IsNullOrWhiteSpace(outcomes.Note(message))));

    [Fact]
    public void Every_gap_of_a_reset_form_has_its_words() =>
        Assert.All(Enum.GetValues<HelpGap>(), gap => Assert.False(string.IsNullOrWhiteSpace(Outcomes.ForGap(gap, "Ana").Text)));

    [Fact]
    public void Every_picture_that_is_over_says_which_of_the_reasons_it_was()
    {
        var titles = Enum.GetValues<EnrollmentEnd>().Select(why => outcomes.For(new EnrollmentVerdict.Over(why))!.Title);
        Assert.Equal(Enum.GetValues<EnrollmentEnd>().Length, titles.Distinct().Count());
    }

    /// <summary>A case with plausible contents: sentences read numbers and times, never rows.</summary>
    private static object Make(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(each => each.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType))]);
    }

    private static object? Value(Type type) => type switch
    {
        _ when type == typeof(string) => "text",
        _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 11, 24, 10, 2, 0, TimeSpan.Zero),
        _ when type == typeof(CodeVerdict) => new CodeVerdict.Spent(),
        _ when type == typeof(RecoveryVerdict) => new RecoveryVerdict.Used(),
        _ when type == typeof(IReadOnlyList<RecoveryCode>) => Array.Empty<RecoveryCode>(),
        _ when type == typeof(EnrollmentVerdict) => new EnrollmentVerdict.Wrong(null),
        _ when type == typeof(PasswordVerdict) => new PasswordVerdict.Common(),
        _ when type == typeof(NewPassword) => new NewPassword.Different(),
        _ when type == typeof(InviteOutcome) => new InviteOutcome.NameNotAllowed(),
        _ when type == typeof(Token) => Token.New(),
        _ when type == typeof(HeldBy) => HeldBy.Frozen,
        _ when type == typeof(IReadOnlyList<HelpGap>) => new[] { HelpGap.Reason },
        _ when Nullable.GetUnderlyingType(type) is not null => null,
        _ when type.IsValueType => Activator.CreateInstance(type),
        _ when type.IsAbstract => throw new InvalidOperationException($"Tell the test how to make a {type.Name}."),
        _ => RuntimeHelpers.GetUninitializedObject(type),
    };
}
