namespace TwoFactor.Authenticators.Enrollment;

using QRCoder;

/// <summary>A QR code, drawn on the server.</summary>
/// <param name="Png">8 pixels a module, quiet zone included.</param>
/// <param name="Modules">Modules a side, quiet zone included.</param>
public sealed record QrCode(byte[] Png, int Modules)
{
    private const int PixelsPerModule = 8;

    public static QrCode Draw(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(code);
        return new QrCode(picture.GetGraphic(PixelsPerModule), code.ModuleMatrix.Count);
    }

    public override string ToString() => "(hidden)";
}
