namespace Platform.Silo;

/// <summary>The silo executable, which this engine has no use for.</summary>
internal static class SiloProgram
{
    public static async Task<int> RunAsync(string[] _)
    {
        await Console.Error.WriteLineAsync(
            """
            This build hosts the grains on the embedded engine, which needs no silo tier: every node of api/ hosts them itself, over the
            common database. A separate tier of silos comes with the Orleans engine: build with -p:Engine=Orleans.
            """);
        return 2;
    }
}
