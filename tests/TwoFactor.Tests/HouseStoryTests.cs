namespace TwoFactor.Tests;

using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The rules of stories: what a method that takes a <see cref="Work"/> may do, and what its outcome says.</summary>
public sealed class HouseStoryTests
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>They make stories and run them.</summary>
    private static readonly Type[] Runners = [typeof(Work), typeof(UnitOfWork)];

    private static readonly Type[] Program =
        [.. typeof(TwoFactor.Program).Assembly.GetTypes().Where(type => !Runners.Contains(Outermost(type)))];

    /// <summary>Slow or irrevocable: while a story runs, everybody else waits, and it may be rolled back or run again.</summary>
    private static readonly Type[] Outside =
    [
        typeof(PasswordHasher), typeof(File), typeof(FileInfo), typeof(FileStream), typeof(Directory), typeof(DirectoryInfo),
        typeof(HttpClient), typeof(HttpMessageInvoker),
    ];

    private static readonly (string Type, string Member)[] OutsideMembers =
    [
        ("System.Threading.Tasks.Task", "Run"), ("System.Threading.Tasks.Task", "Delay"), ("System.TimeProvider", "GetUtcNow"),
        ("System.TimeProvider", "GetLocalNow"), ("TwoFactor.Storage.Clock", "Now"),
    ];

    /// <summary>What writes, or takes the write lock, by its name in EF Core and in the drivers.</summary>
    private static readonly string[] Writing =
    [
        "SaveChanges", "ExecuteSql", "ExecuteUpdate", "ExecuteDelete", "ExecuteNonQuery", "BeginTransaction", "UseTransaction",
        "CommitTransaction", "SetDbConnection", "OpenConnection",
    ];

    private static readonly string[] Drivers = ["Microsoft.EntityFrameworkCore", "Microsoft.Data.Sqlite", "System.Data"];

    /// <summary>From its first statement on, a story hears no caller's abort; who acts stands in its work.</summary>
    [Fact]
    public void A_story_takes_no_token_and_no_actor() => None(TokensAndActors(Program));

    /// <summary>It ends with the run. What the compiler makes of a lambda or an async method ends with it too.</summary>
    [Fact]
    public void Nothing_keeps_the_work_of_a_story() => None(Keepers(Program));

    /// <summary>No outcome commits, or rolls back, only because nobody thought of it.</summary>
    [Fact]
    public void Every_outcome_says_itself_whether_it_commits()
    {
        Assert.True(typeof(IOutcome).GetProperty(nameof(IOutcome.Commits))!.GetMethod!.IsAbstract);
        None(SilentOutcomes(Program));
    }

    [Fact]
    public void A_story_does_nothing_that_is_slow_or_cannot_be_taken_back()
    {
        Assert.True(Program.SelectMany(Methods).Count(IsInStory) > 300);
        None(CallsToOutside(Program));
    }

    /// <summary>One door for every write: what a noun writes goes through the work of its story.</summary>
    [Fact]
    public void Nothing_outside_of_storage_writes_by_itself() =>
        None(Writers(Program.Where(type => Floors.FolderOf(Reference.NameOf(type)) is not "Storage")));

    [Fact]
    public void A_planted_fault_is_found_by_each_of_these_rules()
    {
        Type[] planted = [typeof(Planted), .. typeof(Planted).GetNestedTypes(BindingFlags.NonPublic | BindingFlags.Public)];

        Assert.Equal(["HearAsync takes a Actor", "HearAsync takes a CancellationToken"], Ends(TokensAndActors(planted)));
        Assert.Equal(["Planted keeps a Work in kept"], Ends(Keepers(planted)));
        Assert.Equal(["Silent does not say whether it commits"], Ends(SilentOutcomes(planted)));
        Assert.Equal(
            ["File.Exists", "HttpClient.GetStringAsync", "PasswordHasher.HashAsync", "Task.Run", "TimeProvider.GetUtcNow"],
            CallsToOutside(planted).Select(found => found.Split(" calls ")[1]).Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "DatabaseFacade.BeginTransactionAsync", "DbCommand.ExecuteNonQuery", "DbContext.SaveChangesAsync",
                "EntityFrameworkQueryableExtensions.ExecuteDeleteAsync", "RelationalDatabaseFacadeExtensions.ExecuteSqlAsync",
                "SqliteConnection..ctor",
            ],
            Writers(planted).Select(found => found.Split(" calls ")[1]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> TokensAndActors(IEnumerable<Type> types) =>
        from type in types
        from method in Methods(type)
        let parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToList()
        where parameters.Contains(typeof(Work))
        from parameter in parameters
        where parameter == typeof(CancellationToken) || parameter == typeof(Actor)
        select $"{NameOf(method)} takes a {parameter.Name}";

    private static IEnumerable<string> Keepers(IEnumerable<Type> types) =>
        from type in types
        where !IsCompiled(type)
        from field in type.GetFields(Own)
        where Holds(field.FieldType)
        select $"{type.FullName} keeps a Work in {field.Name}";

    private static IEnumerable<string> SilentOutcomes(IEnumerable<Type> types) =>
        from type in types
        where type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IOutcome)) && !SaysIt(type)
        select $"{type.FullName} does not say whether it commits";

    private static IEnumerable<string> CallsToOutside(IEnumerable<Type> types) =>
        from story in types.SelectMany(Methods)
        where IsInStory(story)
        from call in CallsOf(story)
        where Outside.Contains(Outermost(call.DeclaringType!))
            || OutsideMembers.Contains((Outermost(call.DeclaringType!).FullName!, call.Name))
        select $"{NameOf(story)} calls {call.DeclaringType!.Name}.{call.Name}";

    private static IEnumerable<string> Writers(IEnumerable<Type> types) =>
        from method in types.SelectMany(Methods)
        from call in Reference.CallsOf(method)
        where Drivers.Any(driver => call.DeclaringType?.Namespace?.StartsWith(driver, StringComparison.Ordinal) is true)
            && (Writing.Any(word => call.Name.StartsWith(word, StringComparison.Ordinal))
                || (call.IsConstructor && call.DeclaringType!.IsAssignableTo(typeof(DbConnection))))
        select $"{NameOf(method)} calls {call.DeclaringType!.Name}.{call.Name}";

    /// <summary>Also what it reads through properties: a clock hides behind one easily.</summary>
    private static IEnumerable<MethodBase> CallsOf(MethodBase method) => Reference.CallsOf(method).SelectMany(call =>
        call.IsSpecialName && call.DeclaringType?.Assembly == method.DeclaringType!.Assembly
            ? Reference.CallsOf(call).Append(call)
            : [call]);

    /// <summary>It takes a work, or the compiler moved its body to where one was captured.</summary>
    private static bool IsInStory(MethodBase method) =>
        method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Work))
        || (IsCompiled(method.DeclaringType!) && method.DeclaringType!.GetFields(Own).Any(field => field.FieldType == typeof(Work)));

    /// <summary>Where a base class says it for all, no class below may say something else.</summary>
    private static bool SaysIt(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (at.GetProperty(nameof(IOutcome.Commits), Own)?.GetMethod is { } said)
            {
                return at == type || said.IsFinal || !said.IsVirtual;
            }
        }

        return false;
    }

    /// <summary>In a list, in a pair and in whatever else is made of it; a function of it keeps none.</summary>
    private static bool Holds(Type type) =>
        type == typeof(Work)
        || (type.IsArray && Holds(type.GetElementType()!))
        || (!type.IsAssignableTo(typeof(Delegate)) && type.GetGenericArguments().Any(Holds));

    private static IEnumerable<MethodBase> Methods(Type type) => [.. type.GetMethods(Own), .. type.GetConstructors(Own)];

    /// <summary>No person can write such a name.</summary>
    private static bool IsCompiled(Type type) => type.Name.StartsWith('<');

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static string NameOf(MethodBase method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    /// <summary>Without the names of what they stand in.</summary>
    private static IEnumerable<string> Ends(IEnumerable<string> findings) => findings.Select(finding =>
        finding.Split(' ', 2) is var parts ? $"{parts[0].Split('.', '+')[^1]} {parts[1]}" : finding);

    /// <summary>Names every finding: the list of xunit's own assertion breaks off.</summary>
    private static void None(IEnumerable<string> findings)
    {
        var all = findings.Distinct(StringComparer.Ordinal).ToList();
        Assert.True(all.Count is 0, string.Join('\n', all));
    }

    /// <summary>Breaks each of the rules.</summary>
    private sealed class Planted(Work work, TimeProvider time, PasswordHasher hasher, HttpClient client)
    {
        private readonly List<Work> kept = [work];

        private DateTimeOffset Now => time.GetUtcNow();

        public static Task HearAsync(Work work, Actor actor, CancellationToken cancellation) =>
            Task.FromResult((work, actor, cancellation));

        public async Task<object> DoAsync(Work work)
        {
            await work.SaveAsync();
            var read = Now;
            var made = new[] { "x" }.Where(name => File.Exists(name) && work.Locks.Holds(Guid.Empty)).ToList();
            return (kept, read, made, await client.GetStringAsync(new Uri("https://localhost")));
        }

        public async Task<object?> HashAsync(Work work, TypedPassword typed)
        {
            ArgumentNullException.ThrowIfNull(work);
            await Task.Run(() => work.SaveAsync(), CancellationToken.None);
            return await hasher.HashAsync(typed, HashCaller.Setup, CancellationToken.None);
        }

        public static async Task WriteAsync(TwoFactorDb database)
        {
            await using var connection = new SqliteConnection("Data Source=:memory:");
            await using var transaction = await database.Database.BeginTransactionAsync(CancellationToken.None);
            await database.Database.ExecuteSqlAsync($"DELETE FROM instance", CancellationToken.None);
            await database.Set<Instance>().ExecuteDeleteAsync(CancellationToken.None);
            await database.SaveChangesAsync(CancellationToken.None);
            using DbCommand command = connection.CreateCommand();
            command.ExecuteNonQuery();
        }

        public record Speaking : IOutcome
        {
            public virtual bool Commits => true;
        }

        private sealed record Silent : Speaking;
    }
}
