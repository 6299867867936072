namespace TwoFactor.Web;

using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;

/// <summary>The antiforgery token that every form carries.</summary>
public static class FormToken
{
    /// <summary>
    /// Whether a post carries the token of a form of whoever asks, or of the session that waits for the password in this browser.
    /// </summary>
    public static async Task<bool> IsValidAsync(HttpContext context) =>
        await IsOfRequestAsync(context) || (context.Parked() is { } parked && await IsOfAsync(context, parked.Account.Id));

    /// <summary>
    /// Whether a post carries the token of a form that was made for an account. One of a session that waits for the password now was
    /// made while it lived.
    /// </summary>
    public static async Task<bool> IsOfAsync(HttpContext context, Guid account)
    {
        var before = context.User;
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, account.ToString())], "form"));
        try
        {
            return await IsOfRequestAsync(context);
        }
        finally
        {
            context.User = before;
        }
    }

    private static async Task<bool> IsOfRequestAsync(HttpContext context)
    {
        try
        {
            await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
            return true;
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }
}
