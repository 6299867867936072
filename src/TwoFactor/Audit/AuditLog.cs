namespace TwoFactor.Audit;

using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Writes events into the transaction of the story that decides them. What that story rolls back has not happened.</summary>
public sealed class AuditLog(KeyedHasher keyedHasher)
{
    /// <summary>Adds one event to a story: whoever acts in it did this, now.</summary>
    /// <param name="work">The story that decides it.</param>
    /// <param name="kind">One of <see cref="AuditKinds"/>.</param>
    /// <param name="account">Whom it is about; null where there is no such account.</param>
    /// <param name="number">What the kind says: a count, or an offset in time steps.</param>
    /// <param name="detail">Words of an admin or an operator, at most <see cref="AuditEvent.DetailLength"/> characters. Never a text of
    /// a stranger's request.</param>
    /// <exception cref="ArgumentException">The kind is unknown, or the detail too long.</exception>
    public void Record(Work work, string kind, Guid? account, long? number = null, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        Add(work, new Draft(kind, account, work.By, work.Now, number, detail));
    }

    /// <summary>Adds one event to a story in which the owner proved to be the one who acts.</summary>
    public void RecordByOwner(Work work, string kind, Guid owner)
    {
        ArgumentNullException.ThrowIfNull(work);
        var actor = work.By with { Kind = ActorKind.Owner, Account = owner };
        Add(work, new Draft(kind, owner, actor, work.Now, Number: null, Detail: null));
    }

    /// <summary>
    /// Counts what a stranger can cause at will: the first of a kind and account in a minute is an event at once, the rest become one
    /// when the minute is over.
    /// </summary>
    /// <param name="work">The story that decides it.</param>
    /// <param name="kind">One of <see cref="AuditKinds.Tallied"/>.</param>
    /// <param name="account">Whom it is about; null where there is no such account.</param>
    public async Task TallyAsync(Work work, string kind, Guid? account)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!AuditKinds.Tallied.Contains(kind))
        {
            throw new ArgumentException($"'{kind}' is not a kind that is tallied.", nameof(kind));
        }

        var minute = UnixMinute.Of(work.Now);
        var counted = account ?? Guid.Empty;
        var first = keyedHasher.TallyTag(kind, counted, minute, 0);
        var (n, tag) = (await work.OneAsync<Counted>(
            $"""
             INSERT INTO audit_tally (kind, account_id, minute, n, tag) VALUES ({kind}, {counted}, {minute}, 0, {first})
              ON CONFLICT (minute, kind, account_id) DO UPDATE SET n = n + 1 RETURNING n AS "N", tag AS "Tag"
             """))!;
        if (n == 0)
        {
            Record(work, kind, account);
        }
        else if (KeyedHasher.Same(tag, keyedHasher.TallyTag(kind, counted, minute, n - 1)))
        {
            // Only over a count that was ours: else this would make a stranger's number right.
            var next = keyedHasher.TallyTag(kind, counted, minute, n);
            await work.ExecuteAsync(
                $"UPDATE audit_tally SET tag = {next} WHERE kind = {kind} AND account_id = {counted} AND minute = {minute}");
        }
    }

    /// <summary>
    /// The event of a tally whose minute is over. Many callers made it: it has no origin, and its time is the end of the minute.
    /// </summary>
    internal void Record(Work work, AuditTally tally)
    {
        var nobody = new Actor(ActorKind.Unknown, null, Browser.Unknown, OperatingPlatform.Unknown, null);
        Guid? account = tally.AccountId == Guid.Empty ? null : tally.AccountId;
        Add(work, new Draft(tally.Kind, account, nobody, tally.Minute.End, tally.N, Detail: null));
    }

    private void Add(Work work, Draft draft)
    {
        if (!AuditText.Knows(draft.Kind))
        {
            throw new ArgumentException($"'{draft.Kind}' is not a kind of event.", nameof(draft));
        }

        // SQLite would cut the text at its first zero, and the event would no longer fit its own tag.
        var detail = draft.Detail is null ? null : string.Concat(draft.Detail.Where(letter => !char.IsControl(letter)));
        if (detail?.Length > AuditEvent.DetailLength)
        {
            throw new ArgumentException($"A detail has at most {AuditEvent.DetailLength} characters.", nameof(draft));
        }

        work.Add(Write(draft with { Detail = detail }));
    }

    private AuditEvent Write(Draft draft)
    {
        var id = Guid.CreateVersion7(draft.At.ToDateTimeOffset());
        var unsigned = draft.ToEvent(id, []);
        return draft.ToEvent(id, keyedHasher.Tag(unsigned.ToCanonical()));
    }

    private sealed record Draft(string Kind, Guid? Account, Actor Actor, UnixTime At, long? Number, string? Detail)
    {
        public AuditEvent ToEvent(Guid id, byte[] tag) => new()
        {
            Id = id,
            Kind = Kind,
            At = At,
            AccountId = Account,
            ActorKind = Actor.Kind,
            Actor = Actor.Account,
            Browser = Actor.Browser,
            Platform = Actor.Platform,
            Address = Actor.Address is { } address ? [.. address] : null,
            Number = Number,
            Detail = Detail,
            Tag = tag,
        };
    }

    private sealed record Counted(long N, byte[] Tag);
}
