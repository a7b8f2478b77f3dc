using Platform.Api.Runs.Containers;
using Platform.Api.Runs.Machine;

namespace Platform.Api.Tests.Runs;

/// <summary>Volumes of images lie in memory, whatever they are called.</summary>
public sealed class RunContainersTests
{
    [Theory]
    [InlineData("/data")]
    [InlineData("/data/")]
    [InlineData("/var/lib/some thing")]
    public void PlainVolumes_AreTaken(string volume) => Assert.Null(RunContainers.FindFault(new ContainerImage("sha256:1", ["/tmp", volume])));

    [Theory]
    [InlineData("/x:rw")]
    [InlineData("/x,size=1g")]
    [InlineData("/x//y")]
    [InlineData("/x/../y")]
    [InlineData("/./x")]
    [InlineData("x")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/x\n")]
    public void OddVolumes_AreNot(string volume) =>
        Assert.Contains(volume, RunContainers.FindFault(new ContainerImage("sha256:1", ["/tmp", volume])), StringComparison.Ordinal);
}
