namespace TwoFactor.Pages.Admin.Accounts;

using TwoFactor.Administration;
using TwoFactor.Administration.Handover;
using TwoFactor.Administration.HelpDesk;

/// <summary>Starts a reset for somebody whose phone is lost or new.</summary>
public sealed class ResetModel(People people, HelpDesk desk, HandoverCopies copies, TimeProvider time)
    : HelpPage(HelpKind.Reset, people, desk, copies, time);
