namespace TwoFactor.Pages.Enroll;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators;

/// <summary>The picture itself, for the browser that the enrollment belongs to.</summary>
public sealed class QrModel(Enrollments enrollments) : PicturePage(enrollments)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) =>
        await LookAsync(cancellation) is EnrollmentLook.Open open
            ? File(QrPicture.Draw(KeyUri.For(Brand.Issuer, open.AccountName, open.Secret)).Png, "image/png")
            : NotFound();
}
