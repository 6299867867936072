namespace TwoFactor.Pages.Enroll;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators.Enrollment;

/// <summary>The image of the QR code, for the browser that the enrollment is bound to.</summary>
public sealed class QrModel(Enrollments enrollments) : EnrollmentPage(enrollments)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) =>
        await FindEnrollmentAsync(cancellation) is EnrollmentState.Open open
            ? File(QrCode.Draw(KeyUri.For(Brand.Issuer, open.AccountName, open.Secret)).Png, "image/png")
            : NotFound();
}
