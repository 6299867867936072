namespace TwoFactor.Pages.Admin.Help;

using TwoFactor.Administration;
using TwoFactor.Audit;

/// <summary>The phone is lost or new.</summary>
public sealed class ResetModel(People people, AuditReading audit, HelpDesk desk, HelpRequests requests, Caution caution, TimeProvider time)
    : HelpPage(HelpKind.Reset, people, audit, desk, requests, caution, time);
