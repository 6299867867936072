namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What a token turned out to be.</summary>
public abstract record TicketState
{
    private TicketState()
    {
    }

    public sealed record Valid(Ticket Ticket) : TicketState;

    /// <summary>It was one, and works no longer: used, replaced, stopped, or its time is over.</summary>
    public sealed record Over(Ticket Ticket) : TicketState;

    public sealed record Unknown : TicketState;
}

/// <summary>Issued proofs, for every noun above: it knows their hashes, not what they open.</summary>
public sealed class Tickets(TwoFactorDb database, AccountListState lists, KeyedHasher keyedHasher, TicketLimits limits, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Adds a ticket to the caller's transaction. Only the returned token opens it; it is stored nowhere.</summary>
    /// <param name="epoch">The epoch that the guard will have when the transaction commits.</param>
    /// <exception cref="ArgumentException">It is an invitation: that is issued by <see cref="InviteAsync"/>.</exception>
    public (Token Token, Ticket Ticket) Issue(string kind, Guid? account, long epoch)
    {
        var token = Token.New();
        return (token, Issue(kind, account, epoch, token));
    }

    /// <inheritdoc cref="Issue(string, Guid?, long)"/>
    /// <param name="token">A proof that is written in a form of its own.</param>
    public Ticket Issue(string kind, Guid? account, long epoch, Token token) => kind is TicketKinds.Invitation
        ? throw new ArgumentException("An invitation is listed too.", nameof(kind))
        : Add(kind, account, epoch, token, resends: 0);

    /// <summary>Issues an invitation in the caller's transaction, and saves what the caller added: lists tell of it from now on.</summary>
    /// <param name="resends">How often the owner has had it sent again.</param>
    public async Task<(Token Token, Ticket Ticket)> InviteAsync(Guid account, long epoch, int resends, CancellationToken cancellation)
    {
        var token = Token.New();
        var ticket = Add(TicketKinds.Invitation, account, epoch, token, resends);
        await database.SaveChangesAsync(cancellation);
        await lists.AddInvitationAsync(account, epoch, ticket.CreatedAt, cancellation);
        return (token, ticket);
    }

    private Ticket Add(string kind, Guid? account, long epoch, Token token, int resends)
    {
        var id = Guid.NewGuid();
        var endsAt = Now + limits.Seconds(kind);
        var ticket = new Ticket
        {
            Id = id,
            Kind = kind,
            AccountId = account,
            IdMac = keyedHasher.TokenId(kind, token),
            Seal = keyedHasher.TokenSeal(kind, token, account, id, epoch, endsAt),
            Epoch = epoch,
            CreatedAt = Now,
            ExpiresAt = endsAt,
            Resends = resends,
        };
        database.Add(ticket);
        return ticket;
    }

    /// <summary>Whether the owner of a ticket whose time is over may have it sent again.</summary>
    public bool MayResend(Ticket ticket) => ticket.Resends < limits.InvitationResends;

    /// <summary>How many tickets of a kind an account was issued in the last hour, whatever became of them.</summary>
    public Task<int> IssuedLatelyAsync(Guid account, string kind, CancellationToken cancellation)
    {
        var since = Now - 3_600;
        return database.Set<Ticket>()
            .CountAsync(ticket => ticket.AccountId == account && ticket.Kind == kind && ticket.CreatedAt > since, cancellation);
    }

    /// <summary>Whether an account was ever issued a ticket of a kind that is still remembered.</summary>
    public Task<bool> WasIssuedAsync(Guid account, string kind, CancellationToken cancellation) =>
        database.Set<Ticket>().AnyAsync(ticket => ticket.AccountId == account && ticket.Kind == kind, cancellation);

    /// <summary>Reads the row of a token and believes it only if its seal fits.</summary>
    public async Task<TicketState> FindAsync(Token? token, CancellationToken cancellation, params string[] kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        if (token is null)
        {
            return new TicketState.Unknown();
        }

        // A token has another hash for each kind that it may be of: all are looked up at once.
        var hashes = kinds.ToDictionary(kind => kind, kind => keyedHasher.TokenId(kind, token), StringComparer.Ordinal);
        var wanted = hashes.Values.ToArray();
        var rows = await database.Set<Ticket>().AsNoTracking().Where(row => wanted.Contains(row.IdMac)).ToListAsync(cancellation);
        var ticket = rows.Find(
            row => hashes.TryGetValue(row.Kind, out var hash) && hash.AsSpan().SequenceEqual(row.IdMac) && IsGenuine(row, token));
        return ticket switch
        {
            null => new TicketState.Unknown(),
            { UsedAt: null } when ticket.ExpiresAt > Now => new TicketState.Valid(ticket),
            _ => new TicketState.Over(ticket),
        };
    }

    /// <summary>Spends a ticket. One row is the answer; none: somebody was first, or its time or epoch is over.</summary>
    /// <remarks>
    /// Whoever spends an invitation raises the guard's epoch in the same transaction, and lists learn by it that no invitation works.
    /// </remarks>
    public async Task<bool> SpendAsync(Guid id, Guid account, long epoch, CancellationToken cancellation)
    {
        var now = Now;
        return await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE ticket SET used_at={now}, ended_because={TicketEnds.Used}
              WHERE id={id} AND account_id={account} AND used_at IS NULL AND expires_at>{now} AND epoch={epoch}
             """,
            cancellation) == 1;
    }

    /// <summary>Ends what is still open of the given kinds, with the reason that its holder will read.</summary>
    public async Task EndAsync(Guid account, string because, CancellationToken cancellation, params string[] kinds)
    {
        var now = Now;
        foreach (var kind in kinds)
        {
            await database.Database.ExecuteSqlAsync(
                $"UPDATE ticket SET used_at={now}, ended_because={because} WHERE account_id={account} AND kind={kind} AND used_at IS NULL",
                cancellation);
        }

        if (kinds.Contains(TicketKinds.Invitation, StringComparer.Ordinal))
        {
            await lists.EndInvitationsAsync(account, cancellation);
        }
    }

    /// <summary>Ends every set-up ticket: there is only ever one, and no account is listed by it.</summary>
    public Task EndSetupAsync(string because, CancellationToken cancellation)
    {
        var now = Now;
        return database.Database.ExecuteSqlAsync(
            $"UPDATE ticket SET used_at={now}, ended_because={because} WHERE kind={TicketKinds.Setup} AND used_at IS NULL", cancellation);
    }

    /// <summary>Moves the end of a ticket that nobody holds, so that no seal has to say it anew.</summary>
    internal Task ProlongAsync(Guid id, string kind, long endsAt, CancellationToken cancellation) =>
        database.Database.ExecuteSqlAsync(
            $"UPDATE ticket SET expires_at={endsAt} WHERE id={id} AND kind={kind} AND used_at IS NULL AND expires_at<{endsAt}",
            cancellation);

    /// <summary>Gives a set-up ticket the account that its form just made, with a new seal; it had none to be bound to before.</summary>
    public async Task<bool> AdoptAsync(Ticket ticket, Token token, Guid account, long epoch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        var seal = keyedHasher.TokenSeal(ticket.Kind, token, account, ticket.Id, epoch, ticket.ExpiresAt);
        return await database.Database.ExecuteSqlAsync(
            $"UPDATE ticket SET account_id={account}, epoch={epoch}, seal={seal} WHERE id={ticket.Id} AND used_at IS NULL",
            cancellation) == 1;
    }

    private bool IsGenuine(Ticket ticket, Token token) => KeyedHasher.Same(
        ticket.Seal, keyedHasher.TokenSeal(ticket.Kind, token, ticket.AccountId, ticket.Id, ticket.Epoch, ticket.ExpiresAt));

    /// <param name="Invited">Whose invitation it was; null: it was none, or it was used or replaced.</param>}
}
