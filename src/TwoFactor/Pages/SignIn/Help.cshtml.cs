namespace TwoFactor.Pages.SignIn;

public sealed class HelpModel : SitePage
{
    public override bool SaysWhomToContact => true;

    public override Dots Dots => Dots.Second;

    public void OnGet() => Title = "Lost your phone?";
}
