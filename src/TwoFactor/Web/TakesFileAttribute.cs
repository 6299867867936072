namespace TwoFactor.Web;

/// <summary>
/// Marks a page or endpoint that takes a file: its post may have a larger body than others, which is read only after authorization.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class TakesFileAttribute : Attribute;
