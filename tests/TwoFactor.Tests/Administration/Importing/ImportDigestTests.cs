namespace TwoFactor.Tests.Administration.Importing;

using System.Text;
using TwoFactor.Administration.Importing;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A plan says everything that will be written, and its digest stands for nothing else.</summary>
public sealed class ImportDigestTests : IAsyncLifetime
{
    private const string Heading = "user_name,name,mail,role,groups,otpauth\n";
    private const string Shown = Heading + "cy,Cy,cy@acme.example,user,,";

    private TestHost testHost = null!;
    private Colleague ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync();
        ada = await testHost.FirstAdminAsync();
    }

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Theory]
    [InlineData("cy,Cyrus,cy@acme.example,user,,")]
    [InlineData("cy,Cy,thief@evil.example,user,,")]
    [InlineData("cy,Cy,cy@acme.example,helpdesk,,")]
    [InlineData("cy,Cy,cy@acme.example,user,Board,")]
    [InlineData("cy,Cy,cy@acme.example,user,,otpauth://totp/A:cy?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    public async Task A_file_that_differs_in_a_new_line_is_not_imported_under_the_digest_of_another(string line)
    {
        var agent = await testHost.AgentAsync(ada) with { ProvenAt = testHost.Now };
        var shown = await PreviewAsync(agent, Shown);
        var other = await PreviewAsync(agent, Heading + line);

        Assert.NotEqual(shown.Digest, other.Digest);
        Assert.NotEqual(Assert.Single(shown.Lines).What, Assert.Single(other.Lines).What);
        Assert.False((await ImportAsync(agent, Heading + line, shown.Digest)).IsDone);
        Assert.DoesNotContain("cy", await testHost.ListAsync(), StringComparer.Ordinal);
        Assert.True((await ImportAsync(agent, Shown, shown.Digest)).IsDone);
    }

    [Fact]
    public async Task Two_secrets_that_read_alike_in_the_report_have_two_digests()
    {
        var agent = await testHost.AgentAsync(ada) with { ProvenAt = testHost.Now };
        const string line = "cy,Cy,cy@acme.example,user,,otpauth://totp/A:cy?secret=";
        var shown = await PreviewAsync(agent, Heading + line + "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

        Assert.Equal(["name: Cy", "mail: cy@acme.example", "authenticator"], Assert.Single(shown.Lines).What);
        Assert.False((await ImportAsync(agent, Heading + line + "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U", shown.Digest)).IsDone);
    }

    private Task<ImportPlan> PreviewAsync(CurrentSession agent, string file) =>
        testHost.AskAsync<PeopleImport, ImportPlan>(import => import.PreviewAsync(agent, Encoding.UTF8.GetBytes(file), Cancellation));

    private Task<ImportResult> ImportAsync(CurrentSession agent, string file, string digest) =>
        testHost.AskAsync<PeopleImport, ImportResult>(
            import => import.ImportAsync(agent, Encoding.UTF8.GetBytes(file), digest, TestHost.Stranger, null, Cancellation));
}
