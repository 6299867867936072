namespace TwoFactor.Pages.Requests;

using Microsoft.AspNetCore.Mvc.Filters;
using TwoFactor.Mail;
using TwoFactor.Mail.Sending;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>What every page needs to answer: its base gets it as one, so that no page passes it on.</summary>
public sealed record SiteContext(Brand Brand, MailRoute Mail, Cookies Cookies, TextContext Text, SavedFormBinder SavedForms);

/// <summary>Gives each page its context before anything of it runs.</summary>
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
