namespace TwoFactor.Pages.Admin.Help;

using TwoFactor.Administration;
using TwoFactor.Audit;

/// <summary>The phone is at home.</summary>
public sealed class PassModel(People people, AuditReading audit, HelpDesk desk, HelpRequests requests, Caution caution, TimeProvider time)
    : HelpPage(HelpKind.Pass, people, audit, desk, requests, caution, time);
