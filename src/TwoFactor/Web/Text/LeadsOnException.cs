namespace TwoFactor.Web.Text;

/// <summary>A sentence was asked for an outcome that leads on to another page and has none: a defect of whoever asked.</summary>
public sealed class LeadsOnException(object outcome)
    : InvalidOperationException(
        $"{outcome.GetType().DeclaringType?.Name}.{outcome.GetType().Name} leads on to another page: it has no sentence.");
