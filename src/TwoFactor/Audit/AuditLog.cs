namespace TwoFactor.Audit;

using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Writes events in the transaction of the story that makes the decision. If the story is rolled back, its events are too.
/// </summary>
public sealed class AuditLog(KeyedHasher keyedHasher)
{
    /// <summary>Adds one event to a story: the story's actor did this, at the story's time.</summary>
    /// <param name="work">The story that makes the decision.</param>
    /// <param name="kind">One of <see cref="AuditKinds"/>.</param>
    /// <param name="account">The account that it is about; null when there is no such account.</param>
    /// <param name="number">Its meaning depends on the kind: a count, or an offset in time steps.</param>
    /// <param name="detail">Words of an admin or an operator, at most <see cref="AuditEvent.DetailLength"/> characters. Never a text of
    /// a stranger's request.</param>
    /// <exception cref="ArgumentException">The kind is unknown, or the detail too long.</exception>
    public void Record(Work work, string kind, Guid? account, long? number = null, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        Add(work, new Draft(kind, account, work.By, work.Now, number, detail));
    }

    /// <summary>Adds the event of a wrong code.</summary>
    /// <param name="offset">The time steps between the phone's clock and the server's, if the code fits one nearby.</param>
    /// <param name="count">Wrong codes in the running period, this one included.</param>
    /// <param name="since">When that period began.</param>
    public void RecordWrongCode(Work work, Guid account, long? offset, int count, UnixTime since)
    {
        ArgumentNullException.ThrowIfNull(work);
        Add(
            work,
            new Draft(AuditKinds.CodeWrong, account, work.By, work.Now, offset, Detail: null) { Count = count, CountedSince = since });
    }

    /// <summary>Adds one event to a story in which the owner proved to be the one who acts.</summary>
    public void RecordByOwner(Work work, string kind, Guid owner)
    {
        ArgumentNullException.ThrowIfNull(work);
        var actor = work.By with { Kind = ActorKind.Owner, Account = owner };
        Add(work, new Draft(kind, owner, actor, work.Now, Number: null, Detail: null));
    }

    /// <summary>
    /// Counts an event that a stranger can cause at will. The first one of a kind and account in a minute is recorded at once; the further
    /// ones become one event when the minute is over.
    /// </summary>
    /// <param name="work">The story that makes the decision.</param>
    /// <param name="kind">One of <see cref="AuditKindList.Tallied"/>.</param>
    /// <param name="account">The account that it is about; null when there is no such account.</param>
    /// <param name="detail">Stands in the event that is recorded at once.</param>
    public async Task TallyAsync(Work work, string kind, Guid? account, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!AuditKindList.Tallied.Contains(kind))
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
            Record(work, kind, account, detail: detail);
        }
        else if (KeyedHasher.FixedTimeEquals(tag, keyedHasher.TallyTag(kind, counted, minute, n - 1)))
        {
            // Only if the old tag was right: otherwise this would make a forged count valid.
            var next = keyedHasher.TallyTag(kind, counted, minute, n);
            await work.ExecuteAsync(
                $"UPDATE audit_tally SET tag = {next} WHERE kind = {kind} AND account_id = {counted} AND minute = {minute}");
        }
    }

    /// <summary>
    /// Records the event of a tally whose minute is over. Many requests caused it, so it has no actor, and its time is the end of the
    /// minute.
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

        // SQLite would cut the text at its first NUL character, and the event would no longer match its own tag.
        var detail = draft.Detail is null ? null : string.Concat(draft.Detail.Where(letter => !char.IsControl(letter)));
        if (detail?.Length > AuditEvent.DetailLength)
        {
            throw new ArgumentException($"A detail has at most {AuditEvent.DetailLength} characters.", nameof(draft));
        }

        var rev = draft.Account is { } account ? work.Revisions.Claim(account) : null;
        work.Add(Write(draft with { Detail = detail, Rev = rev }));
    }

    private AuditEvent Write(Draft draft)
    {
        var id = Guid.CreateVersion7(draft.At.ToDateTimeOffset());
        var unsigned = draft.ToEvent(id, []);
        return draft.ToEvent(id, keyedHasher.Tag(unsigned.ToCanonical()));
    }

    private sealed record Draft(string Kind, Guid? Account, Actor Actor, UnixTime At, long? Number, string? Detail)
    {
        /// <summary>The revision that the account gets with this event; null when another event carries it, or nothing changes.</summary>
        public long? Rev { get; init; }

        public int? Count { get; init; }

        public UnixTime? CountedSince { get; init; }

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
            SubjectId = Rev is null ? null : Account,
            Rev = Rev,
            Count = Count,
            CountedSince = CountedSince,
            Tag = tag,
        };
    }

    private sealed record Counted(long N, byte[] Tag);
}
