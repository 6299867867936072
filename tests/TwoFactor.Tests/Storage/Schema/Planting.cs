namespace TwoFactor.Tests.Storage.Schema;

using TwoFactor.Tests.Harness;

/// <summary>Something that somebody who writes to the file plants in its schema, and how it goes away again.</summary>
/// <param name="Named">What the program must say of it.</param>
internal sealed record Planting(string Statement, string Undo, string Named)
{
    /// <summary>In the CREATE TABLE of code_guard: no wrong code can be written down.</summary>
    private const string Rule = "fails >= 0";
    private const string Planted = "fails >= 0 AND fails < 1";

    public static IReadOnlyList<Planting> All { get; } =
    [
        new(
            "CREATE TRIGGER planted AFTER UPDATE ON code_guard BEGIN UPDATE code_guard SET fails=0, fails30=0, closed=0; END",
            "DROP TRIGGER planted", "foreign trigger planted on code_guard"),
        new(
            "CREATE TRIGGER planted BEFORE UPDATE ON pending_sign_in WHEN new.tries > 1 BEGIN SELECT RAISE(IGNORE); END",
            "DROP TRIGGER planted", "foreign trigger planted on pending_sign_in"),
        new(
            "CREATE TRIGGER planted AFTER INSERT ON audit_event WHEN new.kind='code.wrong'"
                + " BEGIN DELETE FROM audit_event WHERE id=new.id; END",
            "DROP TRIGGER planted", "foreign trigger planted on audit_event"),
        new("CREATE VIEW planted AS SELECT * FROM account", "DROP VIEW planted", "foreign view planted"),
        new(
            "CREATE VIEW planted AS SELECT * FROM code_guard;"
                + "CREATE TRIGGER beside INSTEAD OF UPDATE ON planted BEGIN UPDATE code_guard SET fails=0; END",
            "DROP VIEW planted", "foreign trigger beside on planted, foreign view planted"),
        new(
            "CREATE TABLE planted (guard TEXT REFERENCES code_guard(account_id) ON DELETE RESTRICT)",
            "DROP TABLE planted", "foreign table planted"),
        new(
            "CREATE TABLE sqlitestat (guard TEXT REFERENCES code_guard(account_id)); PRAGMA writable_schema=ON;"
                + "UPDATE sqlite_schema SET name='sqlite_stat1', tbl_name='sqlite_stat1', sql='CREATE TABLE sqlite_stat1"
                + "(tbl,idx,stat REFERENCES code_guard(account_id))' WHERE name='sqlitestat'; PRAGMA schema_version=900",
            "PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE name='sqlite_stat1'; PRAGMA schema_version=901",
            "foreign table sqlite_stat1"),
        new(
            "CREATE INDEX planted ON code_guard(abs(CASE WHEN fails>2 THEN -9223372036854775808 ELSE 0 END))",
            "DROP INDEX planted", "foreign index planted on code_guard"),
        new("CREATE UNIQUE INDEX planted ON audit_event(kind, account_id) WHERE kind='code.wrong'",
            "DROP INDEX planted", "foreign index planted on audit_event"),
        new("DROP INDEX account_reminded", "", "missing index account_reminded on account"),
        new("ALTER TABLE code_guard ADD COLUMN planted INTEGER", "ALTER TABLE code_guard DROP COLUMN planted", "altered table code_guard"),
        new(Check(Rule, Planted, "910"), Check(Planted, Rule, "911"), "altered table code_guard"),
    ];

    /// <summary>Without a new version of the schema, so that a connection which is open does not see it.</summary>
    public static Planting Unseen { get; } =
        new(Check(Rule, Planted, null), Check(Planted, Rule, null), "altered table code_guard");

    public async Task PlantAsync(string file)
    {
        var undo = Undo.Length > 0
            ? Undo
            : (string)(await DatabaseFile.AskAsync(file, "SELECT sql FROM sqlite_schema WHERE name='account_reminded'") ?? "");
        await DatabaseFile.ExecuteAsync(file, Statement);
        undone = undo;
    }

    public Task RemoveAsync(string file) => DatabaseFile.ExecuteAsync(file, undone);

    private string undone = Undo;

    private static string Check(string from, string to, string? version) =>
        $"PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql=replace(sql, '({from} ', '({to} ') WHERE name='code_guard'"
            + (version is null ? "" : $"; PRAGMA schema_version={version}");
}
