namespace TwoFactor.Pages.Admin.Accounts;

using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;

/// <summary>The phone is lost or new.</summary>
public sealed class ResetModel(People people, HelpDesk desk, TimeProvider time)
    : HelpPage(HelpKind.Reset, people, desk, time);
