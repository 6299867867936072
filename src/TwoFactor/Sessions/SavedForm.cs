namespace TwoFactor.Sessions;

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Storage;

/// <summary>
/// What was typed into a form before a code or the password had to be asked for. Never a password or a code: those are typed again.
/// </summary>
public sealed class SavedForm
{
    /// <summary>The session that typed it; there is one form per session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The path of the page.</summary>
    public required string Path { get; init; }

    /// <summary>Names and values, as JSON.</summary>
    public required string Fields { get; init; }

    public required UnixTime At { get; init; }
}

internal sealed class SavedFormMapping : IEntityTypeConfiguration<SavedForm>
{
    public void Configure(EntityTypeBuilder<SavedForm> builder)
    {
        builder.HasKey(form => form.SessionId);
        builder.HasIndex(form => form.At);
        builder.Property(form => form.SessionId).ValueGeneratedNever();
        builder.Property(form => form.Path).HasMaxLength(SavedForms.LongestPath);
        builder.Property(form => form.Fields).HasMaxLength(SavedForms.Longest);
        builder.HasOne<Session>().WithOne().HasForeignKey<SavedForm>(form => form.SessionId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Keeps a form through a step-up, so that its page comes back as it was left.</summary>
public sealed class SavedForms(TwoFactorDb database, UnitOfWork unitOfWork, SessionLimits limits, TimeProvider time)
{
    /// <summary>Characters of JSON; a longer form is not kept.</summary>
    internal const int Longest = 8_192;

    internal const int LongestPath = 256;

    /// <summary>Saves a form. Returns false when it is too long.</summary>
    public async Task<bool> KeepAsync(
        Guid session, string path, IReadOnlyDictionary<string, string> fields, Actor actor, CancellationToken cancellation)
    {
        var json = JsonSerializer.Serialize(fields);
        if (json.Length > Longest || path.Length > LongestPath)
        {
            return false;
        }

        await unitOfWork.RunAsync(
            actor,
            Locks.None,
            async work => new Committed<int>(await work.ExecuteAsync(
                $"""
                 INSERT INTO saved_form (session_id, path, fields, at) VALUES ({session}, {path}, {json}, {work.Now})
                 ON CONFLICT (session_id) DO UPDATE SET path={path}, fields={json}, at={work.Now}
                 """)),
            cancellation);
        return true;
    }

    /// <summary>Returns what was typed on this page; empty when nothing was saved or it is too old. Changes nothing.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(Guid session, string path, CancellationToken cancellation)
    {
        var since = time.Now() - limits.SavedFormTime;
        var fields = await database.Set<SavedForm>().Where(form => form.SessionId == session && form.Path == path && form.At > since)
            .Select(form => form.Fields).SingleOrDefaultAsync(cancellation);
        return fields is null
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : JsonSerializer.Deserialize<Dictionary<string, string>>(fields)!;
    }

    /// <summary>Deletes forms whose owner did not come back in time.</summary>
    /// <returns>The number of deleted rows. When it equals the batch size, there may be more.</returns>
    public Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = work.Now - limits.SavedFormTime;
        return work.ExecuteAsync(
            $"DELETE FROM saved_form WHERE session_id IN (SELECT session_id FROM saved_form WHERE at<={before} LIMIT {Work.Batch})");
    }
}
