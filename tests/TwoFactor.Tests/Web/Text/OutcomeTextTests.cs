namespace TwoFactor.Tests.Web.Text;

using System.Reflection;
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
using TwoFactor.Web.Text.Administration;
using TwoFactor.Web.Text.Authenticators;
using Xunit;

/// <summary>Every verdict of every story has its sentence.</summary>
/// <remarks>That no case is forgotten the compiler says (src/TwoFactor.Analyzers); here is read what each case says.</remarks>
public sealed class OutcomeTextTests
{
    /// <summary>Cases that lead on to another page, and so say nothing.</summary>
    public static TheoryData<Type> LeadOn =>
    [
        typeof(CodeVerdict.Accepted), typeof(EnrollmentVerdict.Confirmed), typeof(EnrollmentState.Open),
        typeof(PasswordVerdict.Allowed), typeof(NewPassword.Hashed), typeof(PasswordOutcome.Proven), typeof(PasswordOutcome.Resumed),
        typeof(AddressOutcome.Changed), typeof(AddressOutcome.Unchanged), typeof(PendingSignInState.AskCode),
        typeof(SignInOutcome.SignedIn),
        typeof(TicketOutcome.Opened), typeof(ConfirmOutcome.SignedIn), typeof(SetupState.Open), typeof(LinkState.Open),
        typeof(RecoveryVerdict.Accepted), typeof(RecoveryVerdict.PassAccepted), typeof(RecoveryOutcome.SignedIn),
        typeof(PendingRecoverySet.Shown), typeof(ProofOutcome.Given), typeof(OwnAuthenticatorOutcome.Opened),
        typeof(OwnAuthenticatorOutcome.Removed), typeof(OwnAuthenticatorOutcome.Renamed), typeof(PasswordChangeOutcome.Changed),
        typeof(AcceptOutcome.EnrollmentOpened), typeof(AcceptOutcome.AppKept), typeof(PasswordLinkOutcome.Changed),
        typeof(NotMeState.Asks), typeof(InviteOutcome.Invited),
    ];

    private readonly TextContext text = new(
        new Brand("Acme", "Acme", "the desk", null),
        new PublicUrl(new Uri("https://sso.acme.example")),
        new SessionLimits(),
        new EnrollmentLimits(),
        new PasswordLimits(),
        new TicketLimits(),
        new CoolingOffLimits(),
        TimeProvider.System);

    /// <summary>The text classes: each takes one closed record, and answers with a sentence.</summary>
    private static IReadOnlyList<MethodInfo> Texts { get; } = [.. typeof(TextContext).Assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith(typeof(TextContext).Namespace!, StringComparison.Ordinal) == true)
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
        .Where(method => method.Name is "For" && method.ReturnType == typeof(Sentence))
        .Where(method => method.GetParameters()[0].ParameterType.IsAbstract)];

    public static TheoryData<Type> Cases() => [.. Texts
        .Select(method => method.GetParameters()[0].ParameterType)
        .SelectMany(type => type.GetNestedTypes().Where(nested => nested.IsSubclassOf(type)))];

    [Fact]
    public void The_walk_meets_the_stories()
    {
        Assert.True(Cases().Count > 150, $"Only {Cases().Count} cases were found.");
        Assert.Distinct(Texts.Select(method => method.GetParameters()[0].ParameterType));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_has_a_sentence_or_leads_on(Type type)
    {
        Sentence sentence;
        try
        {
            sentence = Say(type);
        }
        catch (NoSentenceException)
        {
            return;
        }

        Assert.False(string.IsNullOrWhiteSpace(sentence.Title), $"{type.DeclaringType!.Name}.{type.Name} has no sentence.");
        Assert.DoesNotContain(type.Name + " {", sentence.Title + sentence.Text + sentence.Below, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LeadOn))]
    public void A_success_that_another_page_shows_leads_on(Type type) => Assert.Throws<NoSentenceException>(() => Say(type));

    [Fact]
    public void Every_note_has_its_words() =>
        Assert.All(Enum.GetValues<FlashMessage>(), message => Assert.False(string.IsNullOrWhiteSpace(FlashText.For(message, text))));

    [Fact]
    public void Every_gap_of_a_reset_form_has_its_words() =>
        Assert.All(Enum.GetValues<HelpFormProblem>(), gap => Assert.False(string.IsNullOrWhiteSpace(HelpFormText.For(gap, "Ana").Text)));

    [Fact]
    public void Every_picture_that_is_over_says_which_of_the_reasons_it_was()
    {
        var titles = Enum.GetValues<EnrollmentEnd>().Select(why => EnrollmentText.For(new EnrollmentVerdict.Over(why), text).Title);
        Assert.Equal(Enum.GetValues<EnrollmentEnd>().Length, titles.Distinct().Count());
    }

    private Sentence Say(Type type)
    {
        var method = Texts.Single(each => each.GetParameters()[0].ParameterType == type.DeclaringType);
        object?[] arguments = [.. method.GetParameters().Select((parameter, place) => parameter switch
        {
            _ when place == 0 => Make(type),
            _ when parameter.ParameterType == typeof(TextContext) => text,
            _ when parameter.ParameterType == typeof(string) => "Ana",
            _ => parameter.DefaultValue,
        })];
        return (Sentence)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
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
        _ when type == typeof(PendingSignInState) => new PendingSignInState.AskCode(
            (PendingSignIn)RuntimeHelpers.GetUninitializedObject(typeof(PendingSignIn)), HasRecoveryCode: false),
        _ when type == typeof(RecoveryVerdict) => new RecoveryVerdict.Used(),
        _ when type == typeof(IReadOnlyList<RecoveryCode>) => Array.Empty<RecoveryCode>(),
        _ when type == typeof(EnrollmentVerdict) => new EnrollmentVerdict.Wrong(null),
        _ when type == typeof(PasswordVerdict) => new PasswordVerdict.Common(),
        _ when type == typeof(NewPassword) => new NewPassword.Different(),
        _ when type == typeof(InviteOutcome) => new InviteOutcome.NameNotAllowed(),
        _ when type == typeof(Token) => Token.New(),
        _ when type == typeof(HeldBy) => HeldBy.Frozen,
        _ when type == typeof(IReadOnlyList<HelpFormProblem>) => new[] { HelpFormProblem.Reason },
        _ when Nullable.GetUnderlyingType(type) is not null => null,
        _ when type.IsValueType => Activator.CreateInstance(type),
        _ when type.IsAbstract => throw new InvalidOperationException($"Tell the test how to make a {type.Name}."),
        _ => RuntimeHelpers.GetUninitializedObject(type),
    };
}
