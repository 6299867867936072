namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration.Importing;
using TwoFactor.Keys;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>
/// Imports people from a file: it first shows what the file would do, then does exactly that. In between the file is stored encrypted, for
/// this session only.
/// </summary>
[TakesFile]
public sealed class ImportModel(PeopleImport import, StagedImports staged, ImportRuns runs, Proofs proofs) : SitePage
{
    /// <summary>The digest of the plan that was shown.</summary>
    [BindProperty(Name = "digest")]
    public string? Digest { get; set; }

    /// <summary>What the file would do; null when no file was read.</summary>
    public ImportPlan? Plan { get; private set; }

    /// <summary>The import that began last, by whomever; null when there is none.</summary>
    public RunningImport? Newest { get; private set; }

    /// <summary>The most lines shown of each kind. Lines that need review are always shown.</summary>
    public int MostShown => 100;

    public override SignInProgress SignInProgress => SignInProgress.Both;

    private bool IsProven => proofs.Has(Me!, ProofFor.Accounts);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Import people";
        if (!IsProven)
        {
            return await ProveFirstAsync("import");
        }

        Newest = await runs.NewestAsync(cancellation);
        if (await staged.ReadAsync(Me!.Session, cancellation) is { } file)
        {
            Plan = await import.PreviewAsync(Me, file, cancellation);
        }

        return Page();
    }

    /// <summary>Reads a file and shows what it would do. A file with mistakes is not kept.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Import people";
        if (!IsProven)
        {
            return await ProveFirstAsync("import");
        }

        await staged.ForgetAsync(Me!.Session, HttpContext.Actor(), cancellation);
        if (await ReadFileAsync(cancellation) is not { Length: > 0 } file)
        {
            return Refused(ImportText.FileMissing, "file");
        }

        var plan = await import.PreviewAsync(Me, file, cancellation);
        if (plan.Bad > 0 || plan.Writes == 0)
        {
            Plan = plan;
            return Page();
        }

        try
        {
            await staged.KeepAsync(Me.Session, file, HttpContext.Actor(), cancellation);
        }
        catch (KeyRingProblemException)
        {
            return Refused(CommonText.KeyMissing(TextContext));
        }

        return LocalRedirect("/admin/accounts/import");
    }

    /// <summary>"Import 20 people": imports what was shown.</summary>
    public async Task<IActionResult> OnPostImportAsync(CancellationToken cancellation)
    {
        Title = "Import people";
        if (!IsProven)
        {
            return await ProveFirstAsync("import");
        }

        if (await staged.ReadAsync(Me!.Session, cancellation) is not { } file)
        {
            return Refused(ImportText.FileForgotten);
        }

        var result = await import.ImportAsync(Me, file, Digest ?? "", HttpContext.Actor(), progress: null, cancellation);
        switch (result.Refusal)
        {
            case ImportRefusal.Rank:
                return NotFound();
            case ImportRefusal.Proof:
                return await ProveFirstAsync("import");
        }

        Plan = result.Plan;
        if (!result.IsDone)
        {
            return Refused(result.Undone is { } undone ? ImportText.Undone(undone) : ImportText.PlanChanged);
        }

        await staged.ForgetAsync(Me.Session, HttpContext.Actor(), cancellation);
        Cookies.SetFlash(HttpContext, FlashMessage.Imported, Plan.New, Plan.Changed);
        return LocalRedirect("/admin/accounts");
    }

    private async Task<byte[]?> ReadFileAsync(CancellationToken cancellation)
    {
        if (!Request.HasFormContentType || (await Request.ReadFormAsync(cancellation)).Files.SingleOrDefault() is not { Name: "file" } file)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }
}
