namespace TwoFactor.Pages.Admin.Help;

using TwoFactor.Administration;

/// <summary>The phone is at home.</summary>
public sealed class PassModel(People people, HelpDesk desk, HelpRequests requests, Caution caution, TimeProvider time)
    : HelpPage(HelpKind.Pass, people, desk, requests, caution, time);
