namespace TwoFactor.Pages.Admin.Accounts;

using TwoFactor.Administration;
using TwoFactor.Administration.Handover;
using TwoFactor.Administration.HelpDesk;

/// <summary>Gives a pass to somebody whose phone is at home.</summary>
public sealed class PassModel(People people, HelpDesk desk, HandoverCopies copies, TimeProvider time)
    : HelpPage(HelpKind.Pass, people, desk, copies, time);
