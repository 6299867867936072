namespace TwoFactor.Pages.Enroll;

using TwoFactor.Authenticators.Enrollment;

/// <summary>
/// A page that shows a pending secret: only to its own browser and, when a proof started the enrollment, only to the session of that proof.
/// </summary>
public abstract class EnrollmentPage(Enrollments enrollments) : SitePage
{
    protected async Task<EnrollmentState> FindEnrollmentAsync(CancellationToken cancellation) =>
        await enrollments.FindAsync(Cookies.Enrollment.Read(HttpContext), cancellation) switch
        {
            EnrollmentState.Open { Pending.SessionId: { } begun } when Me?.Session != begun => new EnrollmentState.Unknown(),
            var state => state,
        };
}
