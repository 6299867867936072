namespace TwoFactor.Tests;

using Xunit;

public sealed class HouseTests
{
    [Fact]
    public void It_builds() => Assert.Equal(0, global::TwoFactor.Program.Main());
}
