namespace TwoFactor.Web.Text;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Mail;
using TwoFactor.Sessions;

/// <summary>What sentences need besides the outcome itself: the organisation, this server's address, its limits and its clock.</summary>
public sealed record TextContext(
    Brand Brand,
    PublicUrl PublicUrl,
    SessionLimits Sessions,
    EnrollmentLimits Enrollments,
    PasswordLimits Passwords,
    TicketLimits Tickets,
    CoolingOffLimits CoolingOff,
    TimeProvider Time)
{
    /// <summary>Whom people should contact.</summary>
    public string Support => Brand.SupportText;

    /// <summary>The server's time, for people to compare with their phone.</summary>
    public string OurTime => $"Our time: {Times.Clock(Time.GetUtcNow())}.";
}
