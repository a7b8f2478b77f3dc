using Platform.Api.Console;
using Platform.Console.Tests.Support;

namespace Platform.Console.Tests.Console;

/// <summary>What is a command, an option, a setting, and what is a mistake.</summary>
public sealed class CommandLineTests
{
    private static readonly Dictionary<string, string?> None = [];

    public static TheoryData<string> Mistakes => new()
    {
        "--dmeo",
        "serve",
        "import",
        "import a b",
        "export --format xml",
        "user",
        "user add",
        "user remove",
        "import --opentox x",
        "user disable",
        "audit --since yesterday",
        "audit --verify --subject alice",
        "audit --verify --since 2027-01-01",
        "--fresh",
        "--Storage:Path",
        "--demo --urls=http://0.0.0.0:8080",
        "--demo --urls=http://example.org",
        "--demo --urls=https://127.0.0.1:1",
        "--demo --urls=http://127.0.0.1:1;http://0.0.0.0:1",
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task AMistake_EndsWithTwo_AndSaysSoOnStandardError(string line)
    {
        var answer = await TestConsole.RunAsync(None, "", line.Split(' '));
        Assert.Equal(2, answer.Exit);
        Assert.Empty(answer.Output);
        Assert.Contains("--help", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "import")]
    [InlineData("import --help", "--unseen-users")]
    [InlineData("export --help", "--voms")]
    [InlineData("user add --help", "--admin")]
    [InlineData("audit --help", "--verify")]
    public async Task Help_NamesWhatThereIs(string line, string named)
    {
        var answer = await TestConsole.RunAsync(None, "", line.Split(' '));
        Assert.Equal(0, answer.Exit);
        Assert.Contains(named, answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutACommand_TheServerRuns_WithTheSettingsOfTheCommandLine()
    {
        ServerStart? started = null;
        var exit = await PlatformCommandLine.RunAsync(
            ["--Storage:Path=x y", "--urls", "http://127.0.0.1:1", "--Users:Directories:0:Name=local"],
            start =>
            {
                started = start;
                return Task.CompletedTask;
            });
        Assert.Equal(0, exit);
        Assert.False(started!.Demo);
        Assert.Equal("x y", started.Settings["Storage:Path"]);
        Assert.Equal("http://127.0.0.1:1", started.Settings["urls"]);
        Assert.Equal("local", started.BuildConfiguration()["Users:Directories:0:Name"]);
    }

    [Fact]
    public async Task AServerThatCannotStart_EndsWithOne_InPlainWords()
    {
        using var error = new StringWriter();
        var exit = await PlatformCommandLine.RunAsync(
            [],
            _ => throw new Microsoft.Extensions.Options.OptionsValidationException("", typeof(object), ["One is wrong.", "Two is wrong."]),
            new ConsoleStreams(Stream.Null, false, TextWriter.Null, error));
        Assert.Equal(1, exit);
        Assert.Equal("One is wrong.\nTwo is wrong.\n", error.ToString());
    }
}
