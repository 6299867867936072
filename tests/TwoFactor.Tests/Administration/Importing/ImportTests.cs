namespace TwoFactor.Tests.Administration.Importing;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Importing;
using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// People from a file: all of it or nothing, the same file twice changes nothing, and every bad line says what would be right.
/// </summary>
public sealed class ImportTests : IAsyncLifetime
{
    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task New_people_have_what_the_file_says_and_nobody_is_mailed()
    {
        var result = await testHost.ImportAsync(
            "user_name,name,mail,groups,role", "Ana,Ana Möß,Ana@Acme.Example,Sales; R&D,helpdesk", "bo,,bo@acme.example,,");

        Assert.True(result.IsDone);
        Assert.Equal((2, 0, 0, 0), Counts(result.Plan));
        var (ana, bo) = (await testHost.AccountAsync("ana"), await testHost.AccountAsync("bo"));
        Assert.Equal(("Ana Möß", "ana@acme.example", Role.Helpdesk), (ana.Name, ana.Mail, ana.Role));
        Assert.Equal(("bo", Role.User), (bo.Name, bo.Role));
        Assert.Equal(["ana"], await testHost.ListAsync(group: "Sales"));
        Assert.Empty(await testHost.RowsAsync<OutboxMessage>());
        Assert.Single(await testHost.EventsAsync(AuditKinds.AccountImported, ana.Id));
        Assert.Equal("R&D; Sales", Assert.Single(await testHost.EventsAsync(AuditKinds.AccountGroupsChanged, ana.Id)).Detail);
    }

    [Fact]
    public async Task The_same_file_twice_changes_nothing()
    {
        string[] file =
        [
            "user_name,name,mail,groups,role,otpauth",
            "ana,Ana,ana@acme.example,Sales;Board,user,otpauth://totp/A:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "bo,Bo,bo@acme.example,,helpdesk,"
        ];
        await testHost.ImportAsync(file);
        var before = await DatabaseDump.OfAsync(testHost);

        var again = await testHost.ImportAsync(file);

        Assert.True(again.IsDone);
        Assert.Equal((0, 0, 2, 0), Counts(again.Plan));
        Assert.Equal(before, await DatabaseDump.OfAsync(testHost));
    }

    [Fact]
    public async Task What_changes_is_said_and_written_and_a_missing_column_changes_nothing()
    {
        await testHost.ImportAsync("user_name,name,mail,groups,role", "ana,Ana,ana@acme.example,Sales,user");

        var result = await testHost.ImportAsync("groups,role,user_name", "sales;Board,helpdesk,ANA");

        Assert.Equal(["groups: Sales → Board; Sales", "role: user → helpdesk"], Assert.Single(result.Plan.Lines).What);
        var ana = await testHost.AccountAsync("ana");
        Assert.Equal(("Ana", "ana@acme.example", Role.Helpdesk), (ana.Name, ana.Mail, ana.Role));
        Assert.Equal("user to helpdesk", Assert.Single(await testHost.EventsAsync(AuditKinds.RoleChanged, ana.Id)).Detail);
        Assert.Equal((0, 0, 1, 0), Counts((await testHost.ImportAsync("groups,role,user_name", "sales;Board,helpdesk,ANA")).Plan));
    }

    [Fact]
    [Slow]
    public async Task A_bad_line_1517_of_3000_leaves_nothing()
    {
        var lines = Enumerable.Range(2, 2999)
            .Select(line => line == 1517 ? $"p{line},not an address" : $"p{line},p{line}@acme.example")
            .Prepend("user_name,mail")
            .ToArray();
        var before = await DatabaseDump.OfAsync(testHost);

        var result = await testHost.ImportAsync(lines);

        Assert.False(result.IsDone);
        Assert.Equal(
            (1517, "p1517"),
            Assert.Single(result.Plan.Lines.Where(line => line.Kind == ImportKind.Bad).Select(line => (line.Number, line.UserName))));
        Assert.Equal(before, await DatabaseDump.OfAsync(testHost));
        lines[1516] = "p1517,p1517@acme.example";
        Assert.Equal((2999, 0, 0, 0), Counts((await testHost.ImportAsync(lines)).Plan));
    }

    [Theory]
    [InlineData("a b,ab@acme.example,,", "A user name has 1 to 64 letters, digits, dots, underscores or hyphens.")]
    [InlineData(",x@acme.example,,", "A user name has 1 to 64 letters, digits, dots, underscores or hyphens.")]
    [InlineData("cy,cy,,", "This is no mail address, like ana@acme.example.")]
    [InlineData("cy,,,", "A new account needs a mail address, in a column mail.")]
    [InlineData("cy,BO@acme.example,,", "bo@acme.example belongs to another account.")]
    [InlineData("cy,first@acme.example,,", "first@acme.example stands in line 2 already.")]
    [InlineData("first,cy@acme.example,,", "first stands in line 2 already.")]
    [InlineData("cy,cy@acme.example,boss,", "A role is user, helpdesk or admin.")]
    [InlineData(
        "cy,cy@acme.example,,Sales;---",
        "A group has 1 to 64 letters, digits or other visible characters. Between two stands a semicolon.")]
    [InlineData("cy,cy@acme.example,", "This line has 3 cells, the heading 4. A cell with a comma in it stands in quotes.")]
    [InlineData(
        "cy,c\"y@acme.example,,", "A quote stands inside a cell without quotes. Put the cell in quotes, and write the quote twice.")]
    public async Task A_bad_line_says_what_would_be_right(string line, string why)
    {
        await testHost.ImportAsync("user_name,mail", "bo,bo@acme.example");

        var result = await testHost.ImportAsync("user_name,mail,role,groups", "first,first@acme.example,,", "", line);

        Assert.False(result.IsDone);
        var bad = Assert.Single(result.Plan.Lines, each => each.Kind == ImportKind.Bad);
        Assert.Equal(4, bad.Number);
        Assert.Equal([why], bad.What);
    }

    [Theory]
    [InlineData("", "The file is empty.")]
    [InlineData("name,mail\nAna,ana@acme.example", "There is no column user_name.")]
    [InlineData(
        "user_name,mial\nana,ana@acme.example", "“mial” is no column. The columns are user_name, name, mail, groups, role, otpauth.")]
    [InlineData("user_name,mail,mail\nana,a@acme.example,b@acme.example", "A column stands here twice.")]
    public async Task A_file_without_a_right_heading_is_refused_at_line_1(string file, string why)
    {
        var line = Assert.Single((await testHost.ImportAsync(Encoding.UTF8.GetBytes(file))).Plan.Lines);

        Assert.Equal((1, ImportKind.Bad), (line.Number, line.Kind));
        Assert.StartsWith(why, Assert.Single(line.What), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_refused() => Assert.StartsWith(
        "The file is not in UTF-8.",
        Assert.Single((await testHost.ImportAsync(
            Encoding.Latin1.GetBytes("user_name,name,mail\nana,Zoë,ana@acme.example"))).Plan.Lines).What[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("\uFEFF", "\n")]
    [InlineData("\uFEFF", "\r\n")]
    [InlineData("", "\r\n")]
    public async Task Marks_ends_of_lines_quotes_and_umlauts_are_read(string mark, string end)
    {
        var file = mark + string.Join(
            end,
            "user_name,name,mail",
            "ana,\"Möß, \"\"Ana\"\" Zoë\",ana@acme.example",
            "bo,\"Bo\nBerg\",bo@acme.example",
            "\"cy\",,no address",
            "");

        var plan = (await testHost.ImportAsync(Encoding.UTF8.GetBytes(file))).Plan;

        Assert.Equal([2, 3, 5], plan.Lines.Select(line => line.Number));
        Assert.Equal([ImportKind.New, ImportKind.New, ImportKind.Bad], plan.Lines.Select(line => line.Kind));
        await testHost.ImportAsync(Encoding.UTF8.GetBytes(file.Replace("no address", "cy@acme.example", StringComparison.Ordinal)));
        Assert.Equal(
            ["Möß, \"Ana\" Zoë", "Bo Berg", "cy"],
            (await testHost.RowsAsync<Account>()).OrderBy(account => account.UserName).Select(account => account.Name));
    }

    [Fact]
    public async Task An_exported_list_comes_back_as_the_same()
    {
        await testHost.ImportAsync(
            "user_name,name,mail,groups,role", "-dash,=1+1,+plus@acme.example,=Sales;@Board,user",
            "ana,\"O'Hara, 'Ana'\",ana@acme.example,,helpdesk", "cy,'=x,cy@acme.example,Zoë;ß,user");
        await testHost.SetDateAsync("Zoë", "2026-12-01");
        using var file = new MemoryStream();
        await testHost.AskAsync<PeopleExport, bool>(async export =>
        {
            await export.WriteAsync(new PeopleFilter(), state => $"{state}", file, Cancellation);
            return true;
        });

        var text = Encoding.UTF8.GetString(file.ToArray());
        Assert.Contains("'-dash,'=1+1,'+plus@acme.example,'=Sales;@Board,user,NotEnrolled,", text, StringComparison.Ordinal);
        Assert.Contains("Zoë;ß,user,NotEnrolled,2026-12-01", text, StringComparison.Ordinal);
        Assert.Equal((0, 0, 3, 0), Counts((await testHost.ImportAsync(file.ToArray())).Plan));
    }

    [Fact]
    public async Task A_changed_address_of_an_enrolled_one_is_told_to_the_old_one_and_ends_the_sessions()
    {
        await testHost.FirstAdminAsync();
        var ana = await testHost.AddAsync();
        var messages = (await testHost.RowsAsync<OutboxMessage>()).Count;

        await testHost.ImportAsync("user_name,mail", "ana,new@acme.example");

        var account = await testHost.AccountAsync("ana");
        Assert.Equal(("new@acme.example", "ana@acme.example", testHost.Now), (account.Mail, account.FormerMail, account.MailChangedAt));
        Assert.IsType<TwoFactor.Sessions.SessionState.Over>(await testHost.LookAtSessionAsync(ana.Session));
        Assert.Equal(OwnerNotices.AddressChanged.Name, (await testHost.RowsAsync<OutboxMessage>()).Skip(messages).Single().Kind);
        Assert.Single(await testHost.EventsAsync(AuditKinds.AddressChanged, ana.Id));
        Assert.Equal(
            "ana@acme.example belongs to another account.",
            (await testHost.ImportAsync("user_name,mail", "bo,ana@acme.example")).Plan.Lines[0].What[0]);
    }

    [Fact]
    public async Task A_changed_address_of_one_who_never_enrolled_ends_the_invitation_and_leaves_nothing_of_the_old_one()
    {
        var (_, invitation) = await testHost.InviteAsync("ana");

        var result = await testHost.ImportAsync("user_name,mail", "ana,new@acme.example");

        Assert.Equal(
        [
            "mail: ana@acme.example → new@acme.example", "invitation: what was sent to the old address ends; a new one is for you to send"
        ], Assert.Single(result.Plan.Lines).What);
        var account = await testHost.AccountAsync("ana");
        Assert.Equal(("new@acme.example", null, null), (account.Mail, account.FormerMail, account.UntrustedSince));
        Assert.IsType<LinkState.Replaced>(await testHost.AskAsync<InvitationAcceptance, LinkState>(
            invitationAcceptance => invitationAcceptance.FindAsync(invitation, Cancellation)));
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.NotEnrolled));
        Assert.True((await testHost.ImportAsync("user_name,mail", "bo,ana@acme.example")).IsDone);
    }

    [Fact]
    public async Task The_console_may_make_and_unmake_admins_but_never_the_last_one()
    {
        await testHost.FirstAdminAsync();
        var bo = await testHost.AddAsync("bo");
        await testHost.ImportAsync("user_name,role", "bo,admin");
        Assert.Equal(Role.Admin, (await testHost.AccountAsync("bo")).Role);
        Assert.IsType<TwoFactor.Sessions.SessionState.Over>(await testHost.LookAtSessionAsync(bo.Session));
        Assert.True((await testHost.ImportAsync("user_name,role", "ada,user")).IsDone);

        var refused = await testHost.ImportAsync("user_name,role,name", "ada,user,Countess", "bo,user,");

        Assert.False(refused.IsDone);
        Assert.Equal(
            [(3, "bo is the last admin who can sign in. Make another one first.")],
            refused.Plan.Lines.Where(line => line.Kind == ImportKind.Bad).Select(line => (line.Number, line.What[0])));
        Assert.Equal(("ada", Role.User), ((await testHost.AccountAsync("ada")).Name, (await testHost.AccountAsync("ada")).Role));
    }

    private static (int New, int Changed, int Same, int Bad) Counts(ImportPlan plan) => (plan.New, plan.Changed, plan.Same, plan.Bad);
}
