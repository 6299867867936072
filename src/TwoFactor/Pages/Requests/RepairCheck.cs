namespace TwoFactor.Pages.Requests;

using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using TwoFactor.Web;

/// <summary>Marks a page or handler that a repair session may not use: it gets 404 there.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class ClosedToRepairAttribute : Attribute;

/// <summary>Answers 404 to a repair session at a page or handler that is closed to it.</summary>
internal sealed class RepairCheck : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HttpContext.CurrentSession() is { IsRepair: true } && IsClosed(context))
        {
            context.Result = new NotFoundResult();
            return Task.CompletedTask;
        }

        return next();
    }

    private static bool IsClosed(PageHandlerExecutingContext context) =>
        context.HandlerInstance.GetType().IsDefined(typeof(ClosedToRepairAttribute))
        || context.HandlerMethod?.MethodInfo.IsDefined(typeof(ClosedToRepairAttribute)) is true;
}
