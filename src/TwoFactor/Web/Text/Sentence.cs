namespace TwoFactor.Web.Text;

/// <summary>What a person reads of an outcome.</summary>
/// <param name="Title">What happened.</param>
/// <param name="Text">What to do, at the field where there is one.</param>
/// <param name="Below">Said below the button, for the button must stay above a phone's keyboard.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="RetryAfterSeconds">Of the answer, for the 503s.</param>
public sealed record Sentence(string Title, string? Text = null, string? Below = null, int Status = 200, int? RetryAfterSeconds = null);
