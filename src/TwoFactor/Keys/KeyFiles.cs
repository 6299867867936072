namespace TwoFactor.Keys;

using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging.Abstractions;
using TwoFactor.Storage;

/// <summary>
/// The files of a key ring. The framework's own class writes each key to the temporary folder of the machine first, which may be missing or
/// read-only; here only the folder of the ring is used.
/// </summary>
public sealed class KeyFiles(string folder) : FileSystemXmlRepository(new DirectoryInfo(folder), NullLoggerFactory.Instance)
{
    public static void Use(KeyManagementOptions options, string folder)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.XmlRepository = new KeyFiles(folder);
    }

    public override void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        ArgumentNullException.ThrowIfNull(friendlyName);
        var content = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        DataDirectory.WriteFile(Path.Combine(folder, Path.GetFileName(friendlyName) + ".xml"), content);
    }
}
