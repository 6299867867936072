namespace TwoFactor.Pages.Enroll;

using TwoFactor.Authenticators;

/// <summary>What shows a pending secret: to its own browser, and, where a proof began it, to the session that gave the proof.</summary>
public abstract class PicturePage(Enrollments enrollments) : SitePage
{
    protected Enrollments Pictures => enrollments;

    protected async Task<EnrollmentLook> LookAsync(CancellationToken cancellation) =>
        await enrollments.LookAsync(Cookies.Enrollment.Read(HttpContext), cancellation) switch
        {
            EnrollmentLook.Open { Pending.SessionId: { } begun } when Me?.Session != begun => new EnrollmentLook.Unknown(),
            var look => look,
        };
}
