namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;

/// <summary>There are no apps yet: home is the account.</summary>
public sealed class IndexModel : SitePage
{
    public IActionResult OnGet() => LocalRedirect("/account");
}
