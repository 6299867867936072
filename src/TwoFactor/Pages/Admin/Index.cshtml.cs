namespace TwoFactor.Pages.Admin;

using TwoFactor.Administration;
using TwoFactor.Mail.Sending;

/// <summary>The tasks that wait for the agent, and nothing else.</summary>
public sealed class IndexModel(AdminTasks adminTasks) : SitePage
{
    public AdminTaskList List { get; private set; } = null!;

    /// <summary>"1 letter was not sent"</summary>
    public string UnsentMail => List.UnsentMail switch
    {
        1 => "1 letter was not sent",
        > Mail.Sending.UnsentMail.CountedUpTo => "1,000+ letters were not sent",
        var count => $"{count} letters were not sent",
    };

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Title = "To do";
        List = await adminTasks.ReadAsync(Me!.Account, cancellation);
    }
}
