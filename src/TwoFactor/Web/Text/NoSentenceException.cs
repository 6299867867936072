namespace TwoFactor.Web.Text;

/// <summary>A sentence was asked for an outcome that leads to another page and has none: this is a defect of the caller.</summary>
public sealed class NoSentenceException(object outcome)
    : InvalidOperationException(
        $"{outcome.GetType().DeclaringType?.Name}.{outcome.GetType().Name} leads on to another page: it has no sentence.");
