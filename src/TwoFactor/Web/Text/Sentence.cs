namespace TwoFactor.Web.Text;

/// <summary>The text of an outcome, as a person reads it.</summary>
/// <param name="Title">What happened.</param>
/// <param name="Text">What to do. It is shown at the field, where there is one.</param>
/// <param name="Below">Text below the button, because the button must stay above a phone's keyboard.</param>
/// <param name="Status">The status of the response.</param>
/// <param name="RetryAfterSeconds">The Retry-After of the response, for a 503.</param>
public sealed record Sentence(string Title, string? Text = null, string? Below = null, int Status = 200, int? RetryAfterSeconds = null);
