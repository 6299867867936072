namespace TwoFactor.Pages.Enroll;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators.Enrollment;

public sealed class ManualKeyModel(Enrollments enrollments) : EnrollmentPage(enrollments)
{
    /// <summary>The secret in groups of four characters.</summary>
    public string? Key { get; private set; }

    /// <summary><c>otpauth:</c>, for the app on this device.</summary>
    public string? Link { get; private set; }

    /// <summary>"ana", as the app shows it beside the issuer.</summary>
    public string? AccountName { get; private set; }

    public override SignInProgress SignInProgress => SignInProgress.Second;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Set up without scanning";
        if (await FindEnrollmentAsync(cancellation) is not EnrollmentState.Open open)
        {
            return LocalRedirect("/enroll");
        }

        Key = string.Join(' ', open.Secret.RevealAsText().Chunk(4).Select(group => new string(group)));
        Link = KeyUri.For(Brand.Issuer, open.AccountName, open.Secret);
        AccountName = open.AccountName;
        return Page();
    }
}
