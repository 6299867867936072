namespace TwoFactor.Administration.HelpDesk;

using System.ComponentModel.DataAnnotations;

/// <summary>How much one agent may do alone.</summary>
public sealed class HelpLimits
{
    /// <summary>
    /// Resets and passes that one agent may start, and accounts that one agent may switch off, in 24 hours; 1 to 500, default 20. One more
    /// raises an alarm.
    /// </summary>
    [Range(1, 500)]
    public int StartedADay { get; init; } = 20;

    /// <summary>
    /// Hours between the notice of an admin's reset and its ticket, where there is nobody to approve it; 1 to 168, default 24.
    /// </summary>
    [Range(1, 168)]
    public int NoticeHours { get; init; } = 24;

    /// <summary>
    /// Hours in which a request may be approved and handed over, after its notice period if it has one; 1 to 336, default 72.
    /// </summary>
    [Range(1, 336)]
    public int RequestHours { get; init; } = 72;

    /// <summary>
    /// 1: every reset and pass needs a second person. 0, the default: only those of admins, and those after a mailed link or a changed
    /// address.
    /// </summary>
    [Range(0, 1)]
    public int SecondForAll { get; init; }

    internal TimeSpan NoticePeriod => TimeSpan.FromHours(NoticeHours);

    internal TimeSpan RequestTime => TimeSpan.FromHours(RequestHours);
}
