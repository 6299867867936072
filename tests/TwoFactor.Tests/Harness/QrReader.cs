namespace TwoFactor.Tests.Harness;

using Xunit;

/// <summary>The camera: reads a QR code from a picture, or from a screenshot that shows one.</summary>
public static class QrReader
{
    public static async Task<string> ReadAsync(byte[] png)
    {
        var program = Tool.Zbarimg.Require();
        var picture = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(picture, png, TestContext.Current.CancellationToken);
            var read = await Execution.RunAsync(program, ["-q", "--raw", $"png:{picture}"]);
            Assert.True(read.ExitCode is 0, $"zbarimg finds no QR code. {read.Error}");
            return read.Output.TrimEnd('\n');
        }
        finally
        {
            File.Delete(picture);
        }
    }
}
