namespace TwoFactor.Storage.Schema;

/// <summary>
/// The schema in the file is not the one that our migrations make, so nothing is written: a planted constraint or trigger could decide what
/// our statements do. Reading goes on.
/// </summary>
/// <param name="found">What stands in the file; null when SQLite cannot read it.</param>
/// <param name="cause">What SQLite said when it could not read it.</param>
public sealed class ForeignSchemaException(FileSchema? found, Exception? cause = null)
    : BusyException("Somebody changed the schema of the database. Nothing is written until it is right again.", Later, cause)
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(1);

    public FileSchema? Found => found;
}
