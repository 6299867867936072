namespace TwoFactor.Pages.Requests;

using Microsoft.AspNetCore.Mvc.Filters;
using TwoFactor.Mail;
using TwoFactor.Mail.Sending;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>The services that every page needs. The base class gets them as one object, so that no page passes them on.</summary>
public sealed record SiteContext(Brand Brand, MailRoute Mail, Cookies Cookies, TextContext Text, SavedFormBinder SavedForms);

/// <summary>Gives each page its context before its code runs.</summary>
internal sealed class GiveSiteContext(SiteContext site) : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
        if (context.HandlerInstance is SitePage page)
        {
            page.Site = site;
        }
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
