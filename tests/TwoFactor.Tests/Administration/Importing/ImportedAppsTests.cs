namespace TwoFactor.Tests.Administration.Importing;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Importing;
using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Counts;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>People who bring the app that they have: a password is all that is asked of them, and until then there is no sign-in.</summary>
public sealed class ImportedAppsTests : IAsyncLifetime
{
    private const string Secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    private const string Uri = $"otpauth://totp/Old:ana?secret={Secret}&issuer=Old&digits=6";
    private const string Other = "otpauth://totp/Old:ana?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43UOV3HO6DZPIYDCMRTGQ2TMNZY";
    private const string Heading = "user_name,mail,otpauth";

    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Phone Phone => new(new TotpSecret(OtpNet.Base32Encoding.ToBytes(Secret)), testHost.Time);

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task The_invitation_asks_for_a_password_only_and_then_the_app_signs_in()
    {
        await testHost.ImportAsync(Heading, $"ana,ana@acme.example,{Uri}");
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.NeverInvited));
        Assert.IsType<PasswordOutcome.Refused>(await testHost.TryPasswordAsync("ana"));
        var invitation = await InviteAsync();

        Assert.IsType<AcceptOutcome.AppKept>(await AcceptAsync(invitation));

        Assert.Equal(["ana"], await testHost.ListAsync(Listing.Enrolled));
        var signedIn = await testHost.EnterCodeAsync(await testHost.EnterPasswordAsync("ana"), Phone.Code());
        Assert.IsType<SignInOutcome.SignedIn>(signedIn);
        Assert.IsType<AcceptOutcome.LinkOver>(await AcceptAsync(invitation));
        Assert.Equal("Imported", (await testHost.RowsAsync<Authenticator>()).Single(row => row.State == AuthenticatorStates.Active).Label);
        var id = (await testHost.AccountAsync("ana")).Id;
        Assert.NotNull((await testHost.AccountAsync("ana")).UntrustedSince);
        Assert.Single(await testHost.EventsAsync(AuditKinds.AccountEnrolled, id));
        Assert.Empty(await testHost.AskAsync<GuardHistory, IReadOnlyList<Guid>>(history => history.FindAlteredAsync(Cancellation)));
    }

    [Fact]
    public async Task A_secret_of_another_length_works_too_and_sweeping_leaves_it()
    {
        await testHost.ImportAsync(Heading, $"ana,ana@acme.example,{Other}");
        testHost.Time.Advance(TimeSpan.FromDays(200));
        await testHost.RunAsync<Enrollments, int>(Actor.Server, (noun, work) => noun.SweepAsync(work));
        await testHost.RunAsync<TicketSweep, int>(Actor.Server, (noun, work) => noun.SweepAsync(work));

        Assert.IsType<AcceptOutcome.AppKept>(await AcceptAsync(await InviteAsync()));
        var phone = new Phone(new TotpSecret(OtpNet.Base32Encoding.ToBytes(Other.Split("secret=")[1])), testHost.Time);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(await testHost.EnterPasswordAsync("ana"), phone.Code()));
    }

    [Fact]
    public async Task Another_file_exchanges_it_as_long_as_nobody_enrolled_and_not_afterwards()
    {
        await testHost.ImportAsync(Heading, $"ana,ana@acme.example,{Other}");
        var changed = await testHost.ImportAsync(Heading, $"ana,ana@acme.example,{Uri}");
        Assert.Equal(["authenticator"], Assert.Single(changed.Plan.Lines).What);
        await AcceptAsync(await InviteAsync());

        Assert.Equal(ImportKind.Same, Assert.Single((await testHost.ImportAsync(Heading, $"ana,ana@acme.example,{Uri}")).Plan.Lines).Kind);
        var refused = await testHost.ImportAsync(Heading, $"ana,ana@acme.example,{Other}");
        Assert.Equal(
            ["This account has an authenticator of its own. Leave the cell otpauth empty."], Assert.Single(refused.Plan.Lines).What);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(await testHost.EnterPasswordAsync("ana"), Phone.Code()));
    }

    [Fact]
    public async Task It_counts_for_no_usable_admin()
    {
        var result = await testHost.ImportAsync("user_name,mail,role,otpauth", $"ana,ana@acme.example,admin,{Uri}");

        Assert.Equal(["An admin scans a picture. Leave the cell otpauth empty."], Assert.Single(result.Plan.Lines).What);
    }

    [Fact]
    public async Task One_app_is_no_two_persons()
    {
        const string secret = "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        var result = await testHost.ImportAsync(
            Heading, $"ana,ana@acme.example,otpauth://totp/A:ana?{secret}", $"bo,bo@acme.example,otpauth://totp/A:bo?issuer=A&{secret}");

        Assert.Equal(
            ["The authenticator of line 2 is no second person's."],
            Assert.Single(result.Plan.Lines, line => line.Kind == ImportKind.Bad).What);
    }

    [Theory]
    [InlineData("https://acme.example", "This is no address that begins with otpauth://totp/.")]
    [InlineData("otpauth://hotp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=1", "Only codes by time work here: otpauth://totp/.")]
    [InlineData("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA256", "Its algorithm must be SHA1.")]
    [InlineData("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8", "Its digits must be 6.")]
    [InlineData("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=60", "Its period must be 30.")]
    [InlineData("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ", "Its secret has 80 bits. It must have 128 to 512.")]
    [InlineData(
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBV1Y3TQOJQ", "Its secret is not in base 32: letters A to Z and digits 2 to 7.")]
    [InlineData("otpauth://totp/x", "It has no secret.")]
    [InlineData("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&secret=A", "It has more than one secret.")]
    public async Task Any_other_address_is_a_bad_line_that_says_why_and_never_the_secret(string uri, string why)
    {
        var line = Assert.Single((await testHost.ImportAsync(Heading, $"ana,ana@acme.example,{uri}")).Plan.Lines);

        Assert.Equal((ImportKind.Bad, why), (line.Kind, Assert.Single(line.What)));
    }

    [Fact]
    public async Task No_secret_stands_in_a_table_or_the_log()
    {
        await testHost.ImportAsync(Heading, $"ana,ana@acme.example,{Uri}");

        var dump = await DatabaseDump.OfAsync(testHost);
        Assert.DoesNotContain(Secret, dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexString(Encoding.ASCII.GetBytes(Secret)), dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexString(OtpNet.Base32Encoding.ToBytes(Secret)), dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, string.Join('\n', testHost.Log.All), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<Token> InviteAsync() => Assert.IsType<InviteOutcome.Invited>(await testHost.AskAsync<Invitations, InviteOutcome>(
        async invitations =>
            await invitations.InviteAgainAsync(null, (await testHost.AccountAsync("ana")).Id, Actor.Console, Cancellation))).Invitation;

    private Task<AcceptOutcome> AcceptAsync(Token invitation) => testHost.AskAsync<InvitationAcceptance, AcceptOutcome>(
        invitationAcceptance =>
            invitationAcceptance.AcceptAsync(invitation, TestHost.Password, TestHost.Password, TestHost.Stranger, Cancellation));
}
