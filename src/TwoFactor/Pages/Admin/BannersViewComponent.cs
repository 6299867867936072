namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration.Banners;

/// <summary>What whoever administers must hear on every page of administration.</summary>
public sealed class BannersViewComponent(Banners banners) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync(Role role) => View(await banners.ForAsync(role, HttpContext.RequestAborted));
}
