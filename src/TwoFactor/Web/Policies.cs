namespace TwoFactor.Web;

/// <summary>Who may open an address.</summary>
internal static class Policies
{
    /// <summary>The help desk and admins.</summary>
    public const string Helpdesk = "helpdesk";

    public const string Admin = "admin";
}
