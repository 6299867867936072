namespace TwoFactor.Storage;

using Microsoft.EntityFrameworkCore;

/// <summary>One run of a story: what the story knows, and how it writes. It cannot be used after the run.</summary>
public sealed class Work
{
    /// <summary>
    /// Rows that one story of a sweep changes, at most. The sweep then waits for its turn again, so that others can write.
    /// </summary>
    public const int Batch = 500;

    private static readonly AsyncLocal<Work?> Current = new();

    private readonly TwoFactorDb rows;
    private readonly List<(object Key, Func<Task> Act)> beforeCommit = [];
    private readonly List<Action> afterCommit = [];
    private bool hasEnded;

    internal Work(TwoFactorDb rows, DateTimeOffset moment, Actor by, Locks locks) =>
        (this.rows, Moment, By, Locks) = (rows, moment, by, locks);

    /// <summary>Whether the caller runs inside a story, where nothing slow and nothing irrevocable may be done.</summary>
    public static bool IsInside => Current.Value is { hasEnded: false };

    /// <summary>The clock, read once, after the wait for the lock.</summary>
    public UnixTime Now => UnixTime.Of(Moment);

    /// <summary><see cref="Now"/> with its parts of a second, for ids that keep the order in which they were made.</summary>
    public DateTimeOffset Moment { get; }

    /// <summary>Who acts, and from where.</summary>
    public Actor By { get; }

    /// <summary>What this run has locked.</summary>
    public Locks Locks { get; }

    /// <summary>What this run has found right, and what it changes under a new revision.</summary>
    public Revisions Revisions { get; private set; } = new();

    /// <summary>The rows, read and written in the run's transaction. Nothing is tracked when a run begins.</summary>
    public TwoFactorDb Rows => hasEnded ? throw new InvalidOperationException("The run of this story is over.") : rows;

    /// <summary>Runs a conditional statement. The number of changed rows is its answer.</summary>
    public Task<int> ExecuteAsync(FormattableString statement) => Rows.Database.ExecuteSqlAsync(statement, CancellationToken.None);

    /// <summary>Runs a statement that returns the one row that it changed, or null.</summary>
    public async Task<TRow?> OneAsync<TRow>(FormattableString statement)
        where TRow : class =>
        (await Rows.Database.SqlQuery<TRow>(statement).ToListAsync(CancellationToken.None)).SingleOrDefault();

    /// <summary>Runs a statement that returns one value, under the name "Value", of the one row that it changed, or null.</summary>
    public async Task<TRow?> OneValueAsync<TRow>(FormattableString statement)
        where TRow : struct =>
        await Rows.Database.SqlQuery<TRow>(statement).ToListAsync(CancellationToken.None) is { Count: > 0 } values
            ? values.Single()
            : null;

    /// <summary>
    /// Adds a row. It is written before the actions of <see cref="BeforeCommit"/> run, and at the beginning of each <see cref="TryAsync"/>.
    /// </summary>
    public void Add(object row) => Rows.Add(row);

    /// <summary>Adds a row now, after all that was added before.</summary>
    /// <returns>False: a unique key says that there is such a row already, and this one was not added.</returns>
    public async Task<bool> TryAddAsync(object row)
    {
        ArgumentNullException.ThrowIfNull(row);
        await SaveAsync();
        return await ExecuteAsync(InsertStatement.For(Rows, row)) == 1;
    }

    /// <summary>Registers an action that runs in the same transaction, after the story's rows were written, if the story commits.</summary>
    /// <param name="key">Of several actions with the same key only the first runs.</param>
    public void BeforeCommit(object key, Func<Task> act)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!beforeCommit.Exists(known => known.Key.Equals(key)))
        {
            beforeCommit.Add((key, act));
        }
    }

    /// <summary>Registers an action in memory that runs once the story's commit succeeded. It must not fail.</summary>
    public void AfterCommit(Action act) => afterCommit.Add(act);

    /// <summary>
    /// Runs a part of a story that can be rolled back alone: if its outcome does not commit, what the part wrote is rolled back.
    /// </summary>
    /// <remarks>After such a rollback nothing is tracked: rows that were read before must be read again.</remarks>
    public async Task<T> TryAsync<T>(Func<Task<T>> part)
        where T : IOutcome
    {
        ArgumentNullException.ThrowIfNull(part);
        const string savepoint = "part";
        var transaction = Rows.Database.CurrentTransaction!;
        await SaveAsync();
        var (before, after, revisions) = (beforeCommit.Count, afterCommit.Count, Revisions.Copy());
        await transaction.CreateSavepointAsync(savepoint, CancellationToken.None);
        var stands = false;
        try
        {
            var answer = await part();
            if (answer.Commits)
            {
                await SaveAsync();
                stands = true;
            }

            return answer;
        }
        finally
        {
            if (!stands)
            {
                await transaction.RollbackToSavepointAsync(savepoint, CancellationToken.None);
                rows.ChangeTracker.Clear();
                beforeCommit.RemoveRange(before, beforeCommit.Count - before);
                afterCommit.RemoveRange(after, afterCommit.Count - after);
                Revisions = revisions;
            }

            await transaction.ReleaseSavepointAsync(savepoint, CancellationToken.None);
        }
    }

    /// <summary>Writes what was added or changed so far, for a statement that needs it in its table.</summary>
    public Task SaveAsync() => Rows.SaveChangesAsync(CancellationToken.None);

    internal async Task<T> RunStoryAsync<T>(Func<Work, Task<T>> story)
    {
        Current.Value = this;
        return await story(this);
    }

    internal async Task FinishAsync()
    {
        await SaveAsync();

        // An action may register further ones.
        for (var next = 0; next < beforeCommit.Count; next++)
        {
            await beforeCommit[next].Act();
            await SaveAsync();
        }

        await Revisions.FinishAsync();
    }

    /// <summary>Runs the actions of <see cref="AfterCommit"/>: the commit succeeded.</summary>
    internal void Stand() => afterCommit.ForEach(act => act());

    internal void End() => hasEnded = true;
}

/// <summary>
/// What one run of a story knows about subjects whose rows are sealed. Each change of a subject has a number, its revision, which one event
/// of the same story carries. So nothing changes without an event.
/// </summary>
public sealed class Revisions
{
    private readonly Dictionary<Guid, Entry> entries = [];

    /// <summary>Whether the rows of a subject were found right in this run, or were made by it.</summary>
    public bool IsRight(Guid subject) => entries.ContainsKey(subject);

    /// <summary>Whether this run may change a subject.</summary>
    public bool IsOpen(Guid subject) => entries.TryGetValue(subject, out var entry) && entry.Next is not null;

    /// <summary>The rows of a subject were found right. They stay so until the run ends, because they are locked.</summary>
    public void NoteRight(Guid subject) => entries.TryAdd(subject, new Entry());

    /// <summary>Lets the run change a subject whose rows were found right.</summary>
    /// <param name="next">The revision that a change gives it.</param>
    /// <param name="seal">Seals the rows under that revision. It runs at the end of the story, if something was changed.</param>
    public void Open(Guid subject, long next, Func<Task> seal) => entries[subject] = new Entry(next, seal);

    /// <summary>A subject was made in this run, and is sealed already. It is sealed again only if it is changed after that.</summary>
    /// <inheritdoc cref="Open"/>
    public void OpenCreated(Guid subject, long next, Func<Task> seal) => entries[subject] = new Entry(next, seal, IsNew: true);

    /// <summary>Something that is sealed was changed.</summary>
    /// <exception cref="InvalidOperationException">Nobody has looked whether the rows were right before.</exception>
    public void NoteChange(Guid subject) => entries[subject] = IsOpen(subject)
        ? entries[subject] with { IsChanged = true }
        : throw new InvalidOperationException("Sealed rows may be changed only after they were found right.");

    /// <summary>The revision for the event that is recorded now; null when the subject has none, or another event carries it.</summary>
    public long? Claim(Guid subject)
    {
        if (!entries.TryGetValue(subject, out var entry) || entry.Next is null || entry.IsTold)
        {
            return null;
        }

        entries[subject] = entry with { IsTold = true };
        return entry.Next;
    }

    internal Revisions Copy()
    {
        var copy = new Revisions();
        foreach (var (subject, entry) in entries)
        {
            copy.entries.Add(subject, entry);
        }

        return copy;
    }

    /// <summary>
    /// Seals what was changed. An event that carries a revision needs that revision, even if nothing was changed after it.
    /// </summary>
    internal async Task FinishAsync()
    {
        foreach (var (subject, entry) in entries)
        {
            if ((entry.IsNew || entry.IsChanged) && !entry.IsTold)
            {
                throw new InvalidOperationException($"The story changed {subject} without an event.");
            }

            if (entry.IsChanged || (entry.IsTold && !entry.IsNew))
            {
                await entry.Seal!();
            }
        }
    }

    private sealed record Entry(
        long? Next = null, Func<Task>? Seal = null, bool IsNew = false, bool IsChanged = false, bool IsTold = false);
}
