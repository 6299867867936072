namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts.Statements;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The state of the ticket that a token belongs to.</summary>
public abstract record TicketState
{
    private TicketState()
    {
    }

    public sealed record Valid(Ticket Ticket) : TicketState;

    /// <summary>The ticket no longer works: it was used, replaced or stopped, or its time is over.</summary>
    public sealed record Over(Ticket Ticket) : TicketState;

    public sealed record Unknown : TicketState;
}

/// <summary>Issues, finds, spends and ends tickets, for every noun above. It does not know what they open.</summary>
public sealed class Tickets(TwoFactorDb database, KeyedHasher keyedHasher, TicketLimits limits, TimeProvider time)
{
    /// <summary>Whether a ticket still works, as far as its row says. Its epoch is judged with its guard.</summary>
    internal static RowRule<Ticket> IsOpen { get; } = new((ticket, now) => ticket.UsedAt == null && ticket.ExpiresAt > now);

    /// <summary>Adds a ticket. Only the returned token opens it; it is stored nowhere.</summary>
    /// <param name="epoch">The epoch that the guard will have when the story commits.</param>
    /// <exception cref="ArgumentException">It is an invitation, which <see cref="InviteAsync"/> issues.</exception>
    public (Token Token, Ticket Ticket) Issue(Work work, string kind, Guid? account, Epoch epoch)
    {
        var token = Token.New();
        return (token, Issue(work, kind, account, epoch, token));
    }

    /// <inheritdoc cref="Issue(Work, string, Guid?, Epoch)"/>
    /// <param name="token">The token of a proof that has a format of its own.</param>
    public Ticket Issue(Work work, string kind, Guid? account, Epoch epoch, Token token) => kind is TicketKinds.Invitation
        ? throw new ArgumentException("InviteAsync issues invitations, because lists show them.", nameof(kind))
        : Add(work, kind, account, epoch, token, resends: 0);

    /// <summary>Issues the ticket that confirms a new address, which its seal covers.</summary>
    public (Token Token, Ticket Ticket) IssueForAddress(Work work, bool isSecond, Guid account, Epoch epoch, string mail)
    {
        var token = Token.New();
        var kind = isSecond ? TicketKinds.SecondAddress : TicketKinds.Address;
        return (token, Add(work, kind, account, epoch, token, resends: 0, mail));
    }

    /// <summary>
    /// Issues an invitation. It saves what the story added so far, because the copies for lists are computed from saved rows.
    /// </summary>
    /// <param name="resends">How often the owner has had it sent again.</param>
    public async Task<(Token Token, Ticket Ticket)> InviteAsync(Work work, Guid account, Epoch epoch, int resends)
    {
        ArgumentNullException.ThrowIfNull(work);
        var token = Token.New();
        var ticket = Add(work, TicketKinds.Invitation, account, epoch, token, resends);
        await work.SaveAsync();
        await AccountListState.AddInvitationAsync(work, account, epoch, ticket.CreatedAt);
        return (token, ticket);
    }

    private Ticket Add(Work work, string kind, Guid? account, Epoch epoch, Token token, int resends, string? mail = null)
    {
        var (id, now) = (Guid.NewGuid(), work.Now);
        var endsAt = now + limits.Lifetime(kind);
        var ticket = new Ticket
        {
            Id = id,
            Kind = kind,
            AccountId = account,
            IdMac = keyedHasher.TokenId(kind, token),
            Seal = keyedHasher.TokenSeal(kind, token, account, id, epoch, endsAt, OfMail(mail)),
            Epoch = epoch,
            CreatedAt = now,
            ExpiresAt = endsAt,
            Resends = resends,
            Mail = mail,
        };
        work.Add(ticket);
        return ticket;
    }

    /// <summary>Whether a ticket whose time is over may be sent again.</summary>
    public bool MayResend(Ticket ticket) => ticket.Resends < limits.InvitationResends;

    /// <summary>How many tickets of a kind an account was issued in the last hour, whatever became of them.</summary>
    public static Task<int> IssuedLatelyAsync(Work work, Guid account, string kind)
    {
        ArgumentNullException.ThrowIfNull(work);
        var since = work.Now - TimeSpan.FromHours(1);
        return work.Rows.Set<Ticket>().CountAsync(
            ticket => ticket.AccountId == account && ticket.Kind == kind && ticket.CreatedAt > since, CancellationToken.None);
    }

    /// <summary>Whether an account was issued an invitation or a password link lately, whatever became of it.</summary>
    public Task<bool> WasMailedAsync(Guid account, TimeSpan lately, CancellationToken cancellation)
    {
        var since = time.Now() - lately;
        return database.Set<Ticket>().AnyAsync(
            ticket => ticket.AccountId == account && ticket.CreatedAt > since
                && (ticket.Kind == TicketKinds.Invitation || ticket.Kind == TicketKinds.PasswordLink),
            cancellation);
    }

    /// <summary>Whether an account was ever issued a ticket of a kind that is still remembered.</summary>
    public static Task<bool> WasIssuedAsync(Work work, Guid account, string kind)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.Rows.Set<Ticket>().AnyAsync(ticket => ticket.AccountId == account && ticket.Kind == kind, CancellationToken.None);
    }

    /// <summary>Finds the ticket of a token, and accepts its row only if the seal is right.</summary>
    public Task<TicketState> FindAsync(Token? token, CancellationToken cancellation, params string[] kinds) =>
        FindAsync(database, time.Now(), token, kinds, cancellation);

    /// <inheritdoc cref="FindAsync(Token?, CancellationToken, string[])"/>
    public Task<TicketState> FindAsync(Work work, Token? token, params string[] kinds)
    {
        ArgumentNullException.ThrowIfNull(work);
        return FindAsync(work.Rows, work.Now, token, kinds, CancellationToken.None);
    }

    private async Task<TicketState> FindAsync(
        TwoFactorDb rows, UnixTime now, Token? token, string[] kinds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        if (token is null)
        {
            return new TicketState.Unknown();
        }

        // The hash of a token depends on the kind, so all kinds that it may be of are looked up at once.
        var hashes = kinds.ToDictionary(kind => kind, kind => keyedHasher.TokenId(kind, token), StringComparer.Ordinal);
        var wanted = hashes.Values.ToArray();
        var found = await rows.Set<Ticket>().AsNoTracking().Where(row => wanted.Contains(row.IdMac)).ToListAsync(cancellation);
        var ticket = found.Find(
            row => hashes.TryGetValue(row.Kind, out var hash) && hash.AsSpan().SequenceEqual(row.IdMac) && IsGenuine(row, token));
        return ticket switch
        {
            null => new TicketState.Unknown(),
            _ when IsOpen.Holds(ticket, now) => new TicketState.Valid(ticket),
            _ => new TicketState.Over(ticket),
        };
    }

    /// <summary>Spends a ticket. Returns false when somebody else spent it first, or its time or epoch is over.</summary>
    /// <remarks>
    /// Code that spends an invitation also raises the guard's epoch in the same story. That updates the copies for lists.
    /// </remarks>
    public static async Task<bool> SpendAsync(Work work, Guid id, Guid account, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        return await work.ExecuteAsync(
            $"""
             UPDATE ticket SET used_at={work.Now}, ended_because={TicketEnds.Used}
              WHERE id={id} AND account_id={account} AND used_at IS NULL AND expires_at>{work.Now} AND epoch={epoch}
             """) == 1;
    }

    /// <summary>Ends the open tickets of the given kinds. Their holders are told the reason.</summary>
    public static async Task EndAsync(Work work, Guid account, string because, params string[] kinds)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(kinds);
        foreach (var kind in kinds)
        {
            await work.ExecuteAsync(
                $"""
                 UPDATE ticket SET used_at={work.Now}, ended_because={because}
                  WHERE account_id={account} AND kind={kind} AND used_at IS NULL
                 """);
        }

        if (kinds.Contains(TicketKinds.Invitation, StringComparer.Ordinal))
        {
            await AccountListState.EndInvitationsAsync(work, account);
        }
    }

    /// <summary>Ends every set-up ticket. At most one is open, and no list shows it.</summary>
    public static Task EndSetupAsync(Work work, string because)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync(
            $"UPDATE ticket SET used_at={work.Now}, ended_because={because} WHERE kind={TicketKinds.Setup} AND used_at IS NULL");
    }

    /// <summary>Moves the end of a ticket. Nobody holds its token, so its seal need not be renewed.</summary>
    internal static Task ExtendAsync(Work work, Guid id, string kind, UnixTime endsAt) => work.ExecuteAsync(
        $"UPDATE ticket SET expires_at={endsAt} WHERE id={id} AND kind={kind} AND used_at IS NULL AND expires_at<{endsAt}");

    /// <summary>Binds a set-up ticket to the account that its form just made, with a new seal.</summary>
    /// <returns>False when it no longer works, or another submission of its form bound it to another account.</returns>
    public async Task<bool> BindToAccountAsync(Work work, Ticket ticket, Token token, Guid account, Epoch epoch)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(ticket);
        var seal = keyedHasher.TokenSeal(ticket.Kind, token, account, ticket.Id, epoch, ticket.ExpiresAt);
        return await work.ExecuteAsync(
            $"""
             UPDATE ticket SET account_id={account}, epoch={epoch}, seal={seal}
              WHERE id={ticket.Id} AND used_at IS NULL AND (account_id IS NULL OR account_id={account})
             """) == 1;
    }

    private bool IsGenuine(Ticket ticket, Token token) => KeyedHasher.FixedTimeEquals(
        ticket.Seal,
        keyedHasher.TokenSeal(ticket.Kind, token, ticket.AccountId, ticket.Id, ticket.Epoch, ticket.ExpiresAt, OfMail(ticket.Mail)));

    private static CanonicalEncoding? OfMail(string? mail) => mail is null ? null : new CanonicalEncoding().Text(mail);
}
