namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration.Banners;

/// <summary>Shows the notices at the top of every admin page.</summary>
public sealed class BannersViewComponent(Banners banners) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync(Role role) => View(await banners.ForAsync(role, HttpContext.RequestAborted));
}
