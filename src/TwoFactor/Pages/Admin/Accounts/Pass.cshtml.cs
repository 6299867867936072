namespace TwoFactor.Pages.Admin.Accounts;

using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;

/// <summary>Gives a pass to somebody whose phone is at home.</summary>
public sealed class PassModel(People people, HelpDesk desk, TimeProvider time)
    : HelpPage(HelpKind.Pass, people, desk, time);
