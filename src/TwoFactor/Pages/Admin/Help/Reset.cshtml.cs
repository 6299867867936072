namespace TwoFactor.Pages.Admin.Help;

using TwoFactor.Administration;

/// <summary>The phone is lost or new.</summary>
public sealed class ResetModel(People people, HelpDesk desk, HelpRequests requests, Caution caution, TimeProvider time)
    : HelpPage(HelpKind.Reset, people, desk, requests, caution, time);
