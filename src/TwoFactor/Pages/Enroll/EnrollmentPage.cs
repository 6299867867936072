namespace TwoFactor.Pages.Enroll;

using TwoFactor.Authenticators.Enrollment;

/// <summary>What shows a pending secret: to its own browser, and, where a proof began it, to the session that gave the proof.</summary>
public abstract class EnrollmentPage(Enrollments enrollments) : SitePage
{
    protected async Task<EnrollmentState> FindEnrollmentAsync(CancellationToken cancellation) =>
        await enrollments.FindAsync(Cookies.Enrollment.Read(HttpContext), cancellation) switch
        {
            EnrollmentState.Open { Pending.SessionId: { } begun } when Me?.Session != begun => new EnrollmentState.Unknown(),
            var state => state,
        };
}
