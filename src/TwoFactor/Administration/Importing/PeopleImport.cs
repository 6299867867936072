namespace TwoFactor.Administration.Importing;

using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;

/// <summary>Brings people in from a file: all of its lines in one transaction, or none. It invites nobody; waves do.</summary>
public sealed class PeopleImport(
    TwoFactorDb database,
    ImportPlans plans,
    Invitations invitations,
    Groups groups,
    Deadlines deadlines,
    RoleChanges roles,
    MailChanges mails,
    SearchTerms searchTerms,
    AccountListState lists,
    ImportedAuthenticators imported,
    CodeGuards guards,
    AdminAuthorization adminAuthorization,
    Proofs proofs,
    AuditLog audit)
{
    /// <summary>Lines between two words to whoever waits.</summary>
    public const int Step = 500;

    /// <summary>What a file would do. Writes nothing.</summary>
    /// <param name="agent">Null: the console.</param>
    public async Task<ImportPlan> PreviewAsync(CurrentSession? agent, ReadOnlyMemory<byte> file, CancellationToken cancellation) =>
        await plans.MakeAsync(ImportFile.Parse(file.Span), agent is null, cancellation) with { FileHash = SHA256.HashData(file.Span) };

    /// <summary>Writes what a file says, if that is what was shown.</summary>
    /// <param name="digest">Of the plan that was shown; null: none was.</param>
    /// <param name="progress">Is told how many lines are written, each <see cref="Step"/>.</param>
    public Task<ImportResult> ImportAsync(
        CurrentSession? agent, ReadOnlyMemory<byte> file, string? digest, Actor actor, Action<int>? progress, CancellationToken cancellation)
    {
        var by = agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                if (await RefusalAsync(agent, by, cancellation) is { } refusal)
                {
                    return new ImportResult(IsDone: false, new ImportPlan([])) { Refusal = refusal };
                }

                var plan = await PreviewAsync(agent, file, cancellation);
                return plan.Bad > 0 || (digest is not null && !string.Equals(digest, plan.Digest, StringComparison.Ordinal))
                    ? new ImportResult(IsDone: false, plan)
                    : await WriteAsync(plan, agent?.Account.Name ?? "an operator of this server", by, progress, cancellation);
            },
            keep: result => result.IsDone || result.Refusal is ImportRefusal.Rank,
            cancellation);
    }

    private async Task<ImportRefusal?> RefusalAsync(CurrentSession? agent, Actor by, CancellationToken cancellation) =>
        !await adminAuthorization.RequireAdminAsync(agent, by, cancellation) ? ImportRefusal.Rank
        : agent is not null && !proofs.Has(agent, ProofFor.Accounts) ? ImportRefusal.Proof
        : null;

    private async Task<ImportResult> WriteAsync(ImportPlan plan, string who, Actor by, Action<int>? progress, CancellationToken cancellation)
    {
        var done = 0;
        foreach (var lines in plan.Lines.Where(line => line.Kind is ImportKind.New or ImportKind.Changed).Chunk(Step))
        {
            var added = lines.Where(line => line.Kind == ImportKind.New).Select(line => (Account: Add(line.Draft!, by), Draft: line.Draft!)).ToList();
            await database.SaveChangesAsync(cancellation);
            foreach (var (account, _) in added.Where(pair => pair.Draft.Groups is not null))
            {
                await deadlines.ReckonAsync(account.Id, cancellation);
            }

            foreach (var (account, _) in added.Where(pair => pair.Account.Role == Role.Admin))
            {
                await roles.NotifyAdminsAsync(account, "none", account.Role.ToToken(), who, by.Account, cancellation);
            }

            foreach (var line in lines.Where(line => line.Kind == ImportKind.Changed))
            {
                if (!await ChangeAsync(line, who, by, cancellation))
                {
                    var wrong = ImportLine.Wrong(line.Number, line.UserName, ImportMessages.LastAdmin(line.UserName));
                    return new ImportResult(IsDone: false, plan with { Lines = [.. plan.Lines.Select(each => each == line ? wrong : each)] });
                }
            }

            await database.SaveChangesAsync(cancellation);
            database.ChangeTracker.Clear();
            done += lines.Length;
            progress?.Invoke(done);
        }

        return new ImportResult(IsDone: true, plan);
    }

    private Account Add(ImportDraft draft, Actor by)
    {
        var account = invitations.NewAccount(draft.UserName, draft.Mail!, draft.Name, draft.Role ?? Role.User);
        invitations.Add(account);
        database.AddRange((draft.Groups ?? []).Select(name => new AccountGroup { AccountId = account.Id, Name = name }));
        audit.Record(AuditKinds.AccountImported, account.Id, by);
        if (draft.Groups is { Count: > 0 } names)
        {
            var detail = string.Join("; ", names);
            audit.Record(AuditKinds.AccountGroupsChanged, account.Id, by, names.Count, detail.Length > AuditEvent.DetailLength ? detail[..AuditEvent.DetailLength] : detail);
        }

        if (draft.Secret is { } secret)
        {
            imported.AddNew(account.Id, epoch: 1, number: 1, secret);
        }

        return account;
    }

    /// <summary>False: the last usable admin would go.</summary>
    private async Task<bool> ChangeAsync(ImportLine line, string who, Actor by, CancellationToken cancellation)
    {
        var (draft, before) = (line.Draft!, line.Draft!.Before!);
        if (draft.Role is { } role && !await roles.ApplyAsync(before, role, who, by, cancellation))
        {
            return false;
        }

        if (draft.Name is { } name)
        {
            await database.Database.ExecuteSqlAsync($"UPDATE account SET name={name} WHERE id={before.Id}", cancellation);
            await searchTerms.RenewAsync(before.Id, cancellation);
            audit.Record(AuditKinds.AccountChanged, before.Id, by, detail: "name");
        }

        if (draft.Groups is { } names)
        {
            await groups.SetAsync(before.Id, names, draft.GroupsBefore, by, cancellation);
        }

        if (draft.Mail is { } mail)
        {
            await mails.ApplyAsync(before, mail, who, by, cancellation);
            // Nobody was ever invited at this address: a wave does it.
            await lists.ForgetInvitationsAsync(before.Id, cancellation);
        }

        if (draft.Secret is { } secret)
        {
            await imported.AddAsync(before.Id, (await guards.ReadAsync(before.Id, cancellation)).Epoch, secret, cancellation);
            audit.Record(AuditKinds.AccountChanged, before.Id, by, detail: ImportMessages.Authenticator);
        }

        return true;
    }
}
