namespace TwoFactor.Administration.Importing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Statements;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Characters;
using TwoFactor.Storage;

/// <summary>Compares a file with the existing accounts, and says for every line what would happen. Writes nothing.</summary>
public sealed class ImportPlans(
    TwoFactorDb database,
    Groups groups,
    ImportedAuthenticators imported,
    AccountSeals seals,
    TimeProvider time)
{
    /// <summary>The number of names in one query.</summary>
    private const int Chunk = 500;

    /// <param name="byConsole">Whether the console imports, which may change and create admins.</param>
    internal async Task<ImportPlan> MakeAsync(ImportFile file, bool byConsole, CancellationToken cancellation)
    {
        var known = await ReadAsync(file, cancellation);
        var names = new Dictionary<string, int>(FoldedText.Comparer);
        var mails = new Dictionary<string, int>(FoldedText.Comparer);
        var secrets = new Dictionary<string, int>(StringComparer.Ordinal);
        var lines = new List<ImportLine>(file.Bad);
        foreach (var row in file.Rows)
        {
            var userName = UserName.Normalise(row.UserName);
            var mail = MailAddress.Normalise(row.Mail);
            var secret = KeyUriParseResult.Parse(row.KeyUri ?? "") is KeyUriParseResult.Valid(var brings)
                ? Convert.ToHexString(brings.Reveal())
                : null;
            var line = userName is null ? ImportLine.Wrong(row.Number, "", ImportMessages.UserName)
                : names.TryGetValue(userName, out var first) ? ImportLine.Wrong(row.Number, userName, ImportMessages.Twice(userName, first))
                : mail is not null && mails.TryGetValue(mail, out var other)
                    ? ImportLine.Wrong(row.Number, userName, ImportMessages.MailTwice(mail, other))
                : secret is not null && secrets.TryGetValue(secret, out var same)
                    ? ImportLine.Wrong(row.Number, userName, ImportMessages.SecretTwice(same))
                : await JudgeAsync(row, userName, mail, known, byConsole, cancellation);
            names.TryAdd(userName ?? "", row.Number);
            mails.TryAdd(mail ?? "", row.Number);
            secrets.TryAdd(secret ?? "", row.Number);
            lines.Add(line);
        }

        return new ImportPlan([.. lines.OrderBy(line => line.Number)]);
    }

    private async Task<ImportLine> JudgeAsync(
        ImportRow row, string userName, string? mail, Known known, bool byConsole, CancellationToken cancellation)
    {
        var before = known.Accounts.GetValueOrDefault(userName);
        var wrong = new List<string>();
        var named = ReadGroups(row, known, wrong);
        var draft = new ImportDraft(
            before,
            before is null ? [] : [.. known.Groups[before.Id]],
            before?.UserName ?? userName,
            ReadName(row, before, userName, wrong),
            ReadMail(row, mail, before, known, wrong),
            named,
            ReadRole(row, before, byConsole, wrong),
            await ReadSecretAsync(row, before, wrong, cancellation));
        if ((draft.Role ?? before?.Role) == Role.Admin && (draft.Secret is not null || await imported.IsUsedAsync(before, cancellation)))
        {
            wrong.Add(draft.Secret is null ? ImportMessages.ImportedAuthenticator : ImportMessages.AdminScans);
        }

        var changes = before is null ? ImportDiffText.Contents(draft) : ImportDiffText.Changes(draft, before);
        if (before is not null && changes.Count > 0 && !byConsole && before.Role == Role.Admin)
        {
            wrong.Add(ImportMessages.IsAdmin);
        }
        else if (before is not null && changes.Count > 0 && !await seals.IsRightAsync(before.Id, cancellation))
        {
            wrong.Add(ImportMessages.Altered);
        }

        return wrong.Count > 0 ? new ImportLine(row.Number, userName, ImportKind.Bad, wrong)
            : before is null ? new ImportLine(row.Number, userName, ImportKind.New, changes) { Draft = draft }
            : new ImportLine(row.Number, userName, changes.Count > 0 ? ImportKind.Changed : ImportKind.Same, changes) { Draft = draft };
    }

    private static string? ReadName(ImportRow row, Account? before, string userName, List<string> wrong)
    {
        var name = DisplayText.Sanitize(row.Name);
        if (name.Length > Account.LongestName)
        {
            wrong.Add(ImportMessages.Name);
        }

        return before is null
            ? AccountFactory.DisplayName(row.Name, userName)
            : name.Length > 0 && !string.Equals(name, before.Name, StringComparison.Ordinal) ? name : null;
    }

    private static string? ReadMail(ImportRow row, string? mail, Account? before, Known known, List<string> wrong)
    {
        if (mail is null)
        {
            if (!TypedText.IsBlank(row.Mail) || before is null)
            {
                wrong.Add(TypedText.IsBlank(row.Mail) ? ImportMessages.MailMissing : ImportMessages.Mail);
            }

            return null;
        }

        if (string.Equals(mail, before?.Mail, StringComparison.Ordinal))
        {
            return null;
        }

        if (known.Mails[mail].Any(owner => owner != before?.Id))
        {
            wrong.Add(ImportMessages.MailTaken(mail));
        }

        return mail;
    }

    private static List<string>? ReadGroups(ImportRow row, Known known, List<string> wrong)
    {
        if (row.Groups is null)
        {
            return null;
        }

        if (GroupName.ReadList(row.Groups) is not { } names)
        {
            wrong.Add(ImportMessages.Groups);
            return null;
        }

        List<string> spelled = [.. names.Select(name => Groups.Spell(known.Spellings, name)).Order(StringComparer.Ordinal)];
        var before = known.Accounts.GetValueOrDefault(UserName.Normalise(row.UserName)!);
        return spelled.SequenceEqual(before is null ? [] : known.Groups[before.Id].Order(StringComparer.Ordinal), StringComparer.Ordinal)
            ? null
            : spelled;
    }

    private static Role? ReadRole(ImportRow row, Account? before, bool byConsole, List<string> wrong)
    {
        if (TypedText.IsBlank(row.Role))
        {
            return before is null ? Role.User : null;
        }

        if (Roles.Parse(TypedText.Plain(row.Role).ToLowerInvariant()) is not { } role)
        {
            wrong.Add(ImportMessages.Role);
            return null;
        }

        if (role == before?.Role)
        {
            return null;
        }

        if (role == Role.Admin && !byConsole)
        {
            wrong.Add(ImportMessages.MakesAdmin);
        }

        return role;
    }

    private async Task<TotpSecret?> ReadSecretAsync(ImportRow row, Account? before, List<string> wrong, CancellationToken cancellation)
    {
        if (TypedText.IsBlank(row.KeyUri))
        {
            return null;
        }

        if (KeyUriParseResult.Parse(row.KeyUri) is not KeyUriParseResult.Valid(var secret))
        {
            wrong.Add(((KeyUriParseResult.Invalid)KeyUriParseResult.Parse(row.KeyUri)).Why);
            return null;
        }

        if (before is not null && await imported.IsAsync(before.Id, secret, cancellation))
        {
            return null;
        }

        if (before is { EnrolledAt: not null })
        {
            wrong.Add(ImportMessages.EnrolledAlready);
        }

        return secret;
    }

    private async Task<Known> ReadAsync(ImportFile file, CancellationToken cancellation)
    {
        var accounts = new Dictionary<string, Account>(FoldedText.Comparer);
        var (owners, members) = (new List<ClaimedName>(), new List<AccountGroup>());
        foreach (var rows in file.Rows.Chunk(Chunk))
        {
            var claims = await ClaimsAsync(rows, cancellation);
            owners.AddRange(claims);
            var ids = Owners(claims);
            var found = await database.Set<Account>().AsNoTracking().Where(account => ids.Contains(account.Id)).ToListAsync(cancellation);
            found.ForEach(account => accounts[account.UserName] = account);
            members.AddRange(await database.Set<AccountGroup>().AsNoTracking()
                .Where(group => ids.Contains(group.AccountId))
                .OrderBy(group => group.Name)
                .ToListAsync(cancellation));
        }

        return new Known(
            accounts, owners.ToLookup(claim => claim.Folded, claim => claim.AccountId, FoldedText.Comparer),
            members.ToLookup(group => group.AccountId, group => group.Name), await groups.SpellingsAsync(cancellation));
    }

    /// <summary>Who has the names and addresses of some lines.</summary>
    private Task<IReadOnlyList<ClaimedName>> ClaimsAsync(ImportRow[] rows, CancellationToken cancellation) => NameClaims.ReadAsync(
        database,
        rows.SelectMany(row => new[] { UserName.Normalise(row.UserName), MailAddress.Normalise(row.Mail) }).OfType<string>(),
        time.Now(),
        cancellation);

    /// <summary>The accounts whose user names were claimed.</summary>
    private static List<Guid> Owners(IEnumerable<ClaimedName> claims) =>
        [.. claims.Where(claim => claim.Kind is ClaimKinds.UserName).Select(claim => claim.AccountId)];

    /// <param name="Accounts">The existing accounts, by user name.</param>
    /// <param name="Mails">The owners of an address, now or until recently.</param>
    private sealed record Known(
        IReadOnlyDictionary<string, Account> Accounts, ILookup<string, Guid> Mails, ILookup<Guid, string> Groups,
        HashSet<string> Spellings);
}
