namespace TwoFactor.Pages.Admin.Accounts;

using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;

/// <summary>The phone is lost or new.</summary>
public sealed class ResetModel(People people, HelpDesk desk, HelpRequests requests, ApprovalPolicy policy, TimeProvider time)
    : HelpPage(HelpKind.Reset, people, desk, requests, policy, time);
