namespace TwoFactor.Web;

using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;

/// <summary>The antiforgery token that every form carries.</summary>
public static class FormToken
{
    /// <summary>Whether a post carries a form token of the current user, or of the parked session of this browser.</summary>
    public static async Task<bool> IsValidAsync(HttpContext context) =>
        await IsOfRequestAsync(context) || (context.Parked() is { } parked && await IsOfAsync(context, parked.Account.Id));

    /// <summary>
    /// Whether a post carries a form token that was made for an account. The form of a parked session was made while the session was live.
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
