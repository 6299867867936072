namespace TwoFactor.Benchmarks;

using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration.Importing;
using TwoFactor.Storage;

/// <summary>
/// Every list, filter and search of the accounts' page, with a thousand accounts and with a hundred thousand: it must not matter.
/// </summary>
internal static class Lists
{
    private const int Few = 1_000;
    private const int Many = 100_000;
    private const int Rounds = 15;

    private static readonly string[] Paths =
    [
        "/admin/accounts", "/admin/accounts?after=person5", "/admin/accounts?before=person5", "/admin/accounts?show=enrolled",
        "/admin/accounts?show=enrolled&after=person5",
        "/admin/accounts?show=not-enrolled", "/admin/accounts?show=invited", "/admin/accounts?show=waiting", "/admin/accounts?show=closed",
        "/admin/accounts?show=held",
        "/admin/accounts?show=late", "/admin/accounts?show=never", "/admin/accounts?show=reset-open",
        "/admin/accounts?show=without-recovery-codes",
        "/admin/accounts?search=person", "/admin/accounts?search=person77@acme.example", "/admin/accounts?search=acme+person77",
        "/admin/accounts?search=nobody", "/admin/accounts?search=smith&show=late",
        "/admin/accounts?group=Everybody", "/admin/accounts?group=Everybody&show=late", "/admin/accounts?group=Team+7",
        "/admin/accounts?group=Team+7&show=enrolled", "/admin/accounts?group=Team+7&search=smith",
    ];

    public static async Task RunAsync()
    {
        var few = await MeasureAsync(Few);
        var many = await MeasureAsync(Many);
        Console.WriteLine();
        foreach (var path in Paths)
        {
            Program.Print(
                path, $"{many[path]:F1} ms", string.Create(
                    CultureInfo.InvariantCulture, $"with {Few:N0}: {few[path]:F1} ms, ratio {many[path] / few[path]:F2}; goal: 50 ms"));
        }
    }

    private static async Task<Dictionary<string, double>> MeasureAsync(int accounts)
    {
        using var directory = new TemporaryDirectory();
        var admin = (await Enrolled.MakeAsync(directory.Path, 1))[0];
        await using (var services = await Enrolled.PrepareAsync(directory.Path))
        {
            await SeedAsync(services, accounts);
        }

        await using var server = await Server.StartAsync(directory.Path);
        using var client = new Client(server.Address);
        await client.PostAsync(
            "/sign-in",
            await client.GetFormAsync("/sign-in"),
            "/sign-in/code",
            ("username", admin.UserName),
            ("password", Enrolled.Password));
        await client.PostAsync("/sign-in/code", await client.GetFormAsync("/sign-in/code"), "/", ("code", admin.Code()));
        var medians = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var path in Paths)
        {
            var times = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var began = TimeProvider.System.GetTimestamp();
                await client.GetAsync(path);
                times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }

            medians[path] = Program.Median(times);
        }

        return medians;
    }

    /// <summary>
    /// People by an import, then their lives by SQL: six in ten enrolled, three invited, the rest never; a few waiting, closed,
    /// switched off, reset.
    /// </summary>
    private static async Task SeedAsync(ServiceProvider services, int accounts)
    {
        string[] names = ["Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel", "Wright"];
        var file = new StringBuilder("user_name,name,mail,groups,role\nperson0,,,,admin\n");
        for (var number = 1; number < accounts; number++)
        {
            file.Append(
                CultureInfo.InvariantCulture,
                $"person{number},Person {names[number % 10]},person{number}@acme.example,Everybody;Team {number / 100},user\n");
        }

        await using var scope = services.CreateAsyncScope();
        var began = TimeProvider.System.GetTimestamp();
        var result = await scope.ServiceProvider.GetRequiredService<PeopleImport>()
            .ImportAsync(null, Encoding.UTF8.GetBytes(file.ToString()), null, Actor.Console, null, CancellationToken.None);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        Program.Print(
            $"import of {result.Plan.Writes:N0} people",
            $"{seconds:F1} s",
            string.Create(CultureInfo.InvariantCulture, $"{seconds * 3_000 / result.Plan.Writes:F1} s for each 3,000; goal: 60"));
        var database = scope.ServiceProvider.GetRequiredService<TwoFactorDb>().Database;
        foreach (var statement in new[]
        {
            "UPDATE account SET enrolled_at=created_at, recovery_left=CASE rowid % 50 WHEN 0 THEN 0 ELSE 10 END WHERE rowid % 10 < 6 "
                + "AND enrolled_at IS NULL",
            "UPDATE account SET own_enroll_by=unixepoch()-86400, enroll_by=unixepoch()-86400 WHERE rowid % 20 = 7",
            "INSERT INTO ticket (id, kind, account_id, id_mac, seal, epoch, created_at, expires_at, resends) "
                + "SELECT upper(hex(randomblob(4))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'"
                + "||hex(randomblob(6))), "
                + "'invitation', id, randomblob(32), randomblob(32), 1, unixepoch(), unixepoch()+86400, 0 FROM account WHERE rowid % "
                    + "10 BETWEEN 6 AND 8",
            "UPDATE code_guard SET held=1 WHERE rowid % 100 = 3",
            "UPDATE code_guard SET held=2 WHERE rowid % 1000 = 5",
            "UPDATE code_guard SET closed=1 WHERE rowid % 1000 = 9",
            "UPDATE code_guard SET wait_until=unixepoch()+7200 WHERE rowid % 1000 = 2",
            // The program copies these to the account in the same transaction; here they were written past it.
            "UPDATE account SET (held, closed, wait_until)=(SELECT g.held, g.closed, g.wait_until FROM code_guard g WHERE "
                + "g.account_id=account.id)",
            "UPDATE account SET invited_at=unixepoch(), invited_until=(SELECT MAX(t.expires_at) FROM ticket t WHERE "
                + "t.account_id=account.id AND t.kind='invitation') "
                + "WHERE EXISTS (SELECT 1 FROM ticket t WHERE t.account_id=account.id AND t.kind='invitation')",
        })
        {
            await database.ExecuteSqlRawAsync(statement);
        }
    }
}
