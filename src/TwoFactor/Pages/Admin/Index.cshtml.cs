namespace TwoFactor.Pages.Admin;

using TwoFactor.Administration;

/// <summary>What needs doing, and nothing else.</summary>
public sealed class IndexModel(ToDo toDo) : SitePage
{
    public ToDoList List { get; private set; } = null!;

    /// <summary>"1 letter was not sent"</summary>
    public string UnsentMail => List.UnsentMail switch
    {
        1 => "1 letter was not sent",
        > Mail.UnsentMail.CountedUpTo => "1,000+ letters were not sent",
        var count => $"{count} letters were not sent",
    };

    public override Dots Dots => Dots.Both;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Title = "To do";
        List = await toDo.ReadAsync(Me!.Account, cancellation);
    }
}
