namespace TwoFactor.Tests.Hosting;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A wrong setting stops the program before it touches anything, says its name and what would be right.</summary>
[Slow]
public sealed class SettingsTests
{
    public static TheoryData<string, string, string> WrongOnes => new()
    {
        { "TwoFactor:PublicUrl", "http://sso.acme.example",
            "TwoFactor:PublicUrl is 'http://sso.acme.example'. It must be an https address, or a loopback name. Default: the first of "
                + "Urls." },
        { "TwoFactor:PublicUrl", "sso.acme.example",
            "TwoFactor:PublicUrl is 'sso.acme.example'. It must be an https address, or a loopback name. Default: the first of Urls." },
        { "TwoFactor:PublicUrl", "https://sso.acme.example/two",
            "TwoFactor:PublicUrl is 'https://sso.acme.example/two'. It must be an address without user, path, query and fragment. "
                + "Default: the first of Urls." },
        { "Urls", "http://0.0.0.0:5080",
            "TwoFactor:PublicUrl is ''. It must be given, since http://0.0.0.0:5080 is no loopback name with a port. Default: the "
                + "first of Urls." },
        { "Urls", "http://*:5080",
            "TwoFactor:PublicUrl is ''. It must be given, since http://*:5080 is no loopback name with a port. Default: the first of "
                + "Urls." },
        { "Urls", "http://localhost:0",
            "TwoFactor:PublicUrl is ''. It must be given, since http://localhost:0 is no loopback name with a port. Default: the "
                + "first of Urls." },
        { "Urls", "http://localhost:5080;http://127.0.0.1:notaport",
            "Urls is 'http://127.0.0.1:notaport'. It must be an address such as http://localhost:5080, several divided by ;. Default: "
                + "http://localhost:5080." },
        { "Urls", "http://localhost:5080;http://127.0.0.1:70000",
            "Urls is 'http://127.0.0.1:70000'. It must be an address such as http://localhost:5080, several divided by ;. Default: "
                + "http://localhost:5080." },
        { "Urls", ";",
            "Urls is ';'. It must be an address such as http://localhost:5080, several divided by ;. Default: http://localhost:5080." },
        { "Urls", "http://localhost:5080;localhost:5081",
            "Urls is 'localhost:5081'. It must be an address such as http://localhost:5080, several divided by ;. Default: "
                + "http://localhost:5080." },
        { "Urls", "http://localhost:5080;http://0.0.0.0:5081",
            "Urls is 'http://0.0.0.0:5081'. It must be a loopback address, such as http://localhost:5080, while TwoFactor:PublicUrl is "
                + "plain http. Default: http://localhost:5080." },
        { "Urls", "http://localhost:5080;https://sso.acme.example:5081",
            "Urls is 'https://sso.acme.example:5081'. It must be a loopback address, such as http://localhost:5080, while "
                + "TwoFactor:PublicUrl is plain http. Default: http://localhost:5080." },
        { "Urls", "http://127.0.0.1:5080;http://[::]:5081",
            "Urls is 'http://[::]:5081'. It must be a loopback address, such as http://localhost:5080, while TwoFactor:PublicUrl is "
                + "plain http. Default: http://localhost:5080." },
        { "Limits:Codes:FreeWrongCodes", "21",
            "Limits:Codes:FreeWrongCodes is '21'. It must be a whole number from 3 to 20. Default: 10." },
        { "Limits:Sessions:IdleMinutes", "an hour",
            "Limits:Sessions:IdleMinutes is 'an hour'. It must be a whole number from 5 to 1440. Default: 60." },
        { "Limits:Passwords:MinimumLength", "-12",
            "Limits:Passwords:MinimumLength is '-12'. It must be a whole number from 12 to 64. Default: 12." },
        { "Limits:Codes:FreeWrongCode", "5",
            "Limits:Codes:FreeWrongCode is '5'. It must be one of the limits in docs/security.md. Default: not set." },
        { "KeyRing:CertificatePath", "/nowhere/ring.pfx",
            "KeyRing:CertificatePath is '/nowhere/ring.pfx'. It must be a PKCS #12 file with an RSA key, which "
                + "KeyRing:CertificatePassword opens. Default: none." },
        { "Passwords:ListPath", "/nowhere/list.txt",
            "Passwords:ListPath is '/nowhere/list.txt'. It must be a text file of at most 16 MiB, with one password in each line. "
                + "Default: none." },
        { "Passwords:ListPath", "/tmp",
            "Passwords:ListPath is '/tmp'. It must be a text file of at most 16 MiB, with one password in each line. Default: none." },
        { "Support:Url", "javascript:alert(1)",
            "Support:Url is 'javascript:alert(1)'. It must be an http, https or mailto address. Default: none." },
        { "TwoFactor:Issuer", "Acme:Sign-in",
            "TwoFactor:Issuer is 'Acme:Sign-in'. It must be 1 to 64 characters without a colon. Default: TwoFactor." },
        { "Smtp:Host", "smtp acme",
            "Smtp:Host is 'smtp acme'. It must be the name or number of a mail server, like smtp.acme.example. Default: none: mails "
                + "become files." },
        { "Smtp:Port", "587", "Smtp:Host is ''. It must be given, since other settings of Smtp are. Default: none: mails become files." },
        { "Limits:Mail:MessageSeconds", "601",
            "Limits:Mail:MessageSeconds is '601'. It must be a whole number from 10 to 600. Default: 120." },
        { "Limits:Audit:KeptDays", "89", "Limits:Audit:KeptDays is '89'. It must be 0, for ever, or at least 90. Default: 0." },
        { "Database:Provider", "PostgreSql", "Database:Provider is 'PostgreSql'. It must be Sqlite. Default: Sqlite." },
    };

    [Theory]
    [MemberData(nameof(WrongOnes))]
    public async Task A_wrong_setting_stops_the_start_with_its_name_and_what_would_be_right(string name, string value, string sentence)
    {
        await using var server = new ServerProcess((name, value));

        AssertRefused(server, await server.RunAsync(["serve"]), sentence);
    }

    [Fact]
    public async Task Several_mistakes_are_told_at_once_and_a_command_tells_them_too()
    {
        await using var server = new ServerProcess(
            ("TwoFactor:PublicUrl", "http://sso.acme.example"), ("Limits:Tickets:ResetHours", "0"), ("Limits:Codes:Grace", "1"),
            ("Database:Provider", "PostgreSql"));
        string[] sentences =
        [
            "TwoFactor:PublicUrl is 'http://sso.acme.example'. It must be an https address, or a loopback name. Default: the first of "
                + "Urls.",
            "Limits:Tickets:ResetHours is '0'. It must be a whole number from 1 to 168. Default: 24.",
            "Limits:Codes:Grace is '1'. It must be one of the limits in docs/security.md. Default: not set.",
            "Database:Provider is 'PostgreSql'. It must be Sqlite. Default: Sqlite.",
        ];

        AssertRefused(server, await server.RunAsync([]), sentences);
        AssertRefused(server, await server.RunAsync(["account", "list"]), sentences);
    }

    [Fact]
    public async Task A_certificate_that_its_password_does_not_open_is_a_wrong_setting()
    {
        await using var server = new ServerProcess(
            ("KeyRing:CertificatePath", Path.Combine(
                AppContext.BaseDirectory, "appsettings.json")), ("KeyRing:CertificatePassword", "opensesame"));

        var refused = await server.RunAsync(["serve"]);

        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("KeyRing:CertificatePath is '", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("opensesame", refused.Error, StringComparison.Ordinal);
        AssertNothingMade(server);
    }

    [Fact]
    public async Task A_setting_on_the_command_line_is_judged_like_any_other()
    {
        await using var server = new ServerProcess();

        AssertRefused(
            server,
            await server.RunAsync(["--Limits:Server:BodyBytes", "1"]),
            "Limits:Server:BodyBytes is '1'. It must be a whole number from 16384 to 1048576. Default: 65536.");
    }

    [Theory]
    [InlineData("--Smtp:Password", "hunter2hunter2")]
    [InlineData("--smtp:password=hunter2hunter2")]
    [InlineData("--Smtp__Password=hunter2hunter2")]
    [InlineData("--KeyRing:CertificatePassword", "hunter2hunter2")]
    [InlineData("--ConnectionStrings:TwoFactor", "Data Source=x;Password=hunter2hunter2")]
    [InlineData("Smtp:Password=hunter2hunter2")]
    [InlineData("-Smtp:Password=hunter2hunter2")]
    [InlineData("/Smtp:Password=hunter2hunter2")]
    public async Task A_secret_as_an_argument_is_refused_and_not_repeated(params string[] arguments)
    {
        await using var server = new ServerProcess();

        var refused = await server.RunAsync(["serve", .. arguments]);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("is a secret, and every user of this machine can read", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Error, StringComparison.Ordinal);
        AssertNothingMade(server);
    }

    [Theory]
    [InlineData("Smtp:Password=hunter2hunter2")]
    [InlineData("serve", "Smtp:Pass=hunter2hunter2")]
    [InlineData("account", "list", "--password=hunter2hunter2")]
    public async Task What_stands_behind_an_equals_sign_is_repeated_nowhere(params string[] arguments)
    {
        await using var server = new ServerProcess();

        var refused = await server.RunAsync(arguments);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.DoesNotContain("hunter2", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_one_is_named()
    {
        await using var server = new ServerProcess(("TwoFactor:DataDirectory", "/dev/null"));

        var refused = await server.RunAsync(["serve"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("/dev/null", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_variables_override_the_file()
    {
        await using var server = new ServerProcess();

        var said = await StartAndInviteAsync(
            server, ("Urls", Origin(server)), ("TwoFactor__PublicUrl", "https://sso.acme.example"), ("Brand__Name", "Acme"));

        Assert.Contains("https://sso.acme.example/setup/", said, StringComparison.Ordinal);
        Assert.Contains("ana is invited: https://sso.acme.example/invitation/", said, StringComparison.Ordinal);
        Assert.Equal("You are invited to Acme", (await server.Mailbox.TakeAsync("ana@acme.example")).Subject);
    }

    [Fact]
    public async Task The_framework_s_own_variable_is_honoured_by_the_server_and_by_commands()
    {
        await using var server = new ServerProcess();

        var said = await StartAndInviteAsync(server, ("ASPNETCORE_URLS", Origin(server)));

        Assert.Contains($"{server.Address}setup/", said, StringComparison.Ordinal);
        Assert.Contains($"ana is invited: {server.Address}invitation/", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_variables_a_command_believes_the_one_that_the_server_believes()
    {
        await using var server = new ServerProcess();

        var said = await StartAndInviteAsync(server, ("ASPNETCORE_URLS", "http://127.0.0.1:1"), ("Urls", Origin(server)));

        Assert.Contains($"{server.Address}setup/", said, StringComparison.Ordinal);
        Assert.Contains($"ana is invited: {server.Address}invitation/", said, StringComparison.Ordinal);
    }

    private static string Origin(ServerProcess server) => server.Address.GetLeftPart(UriPartial.Authority);

    private static async Task<string> StartAndInviteAsync(ServerProcess server, params (string Name, string Value)[] environment)
    {
        var run = await Shell.RunAsync(
            server,
            """
            "$DOTNET" "$DLL" serve > log & server=$!
            started $server
            cat data/setup-link
            twofactor account add ana --mail ana@acme.example
            kill -TERM $server; wait $server
            """,
            environment);
        Assert.True(run.ExitCode is 0, run.Error);
        return run.Output;
    }

    private static void AssertRefused(ServerProcess server, Execution run, params string[] sentences)
    {
        Assert.Equal(sentences, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        AssertNothingMade(server);
    }

    private static void AssertNothingMade(ServerProcess server) =>
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(server.DataDirectory)!));
}
