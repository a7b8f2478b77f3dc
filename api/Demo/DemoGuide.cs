namespace Platform.Api.Demo;

/// <summary>What a new user reads when the demo has started.</summary>
internal static class DemoGuide
{
    /// <summary>The text, with commands that work as they stand.</summary>
    internal static string Write(string address) => $"""

        The demo runs at {address} (Ctrl+C stops it; its data stays in data/demo, --demo --fresh begins anew).

          user   password             may enter (root: /d4science.research-infrastructures.eu)
          alice  demo-alice-password  the root, FARM, FARM/AquaMaps (as its VRE-Manager)
          bob    demo-bob-password    Ecosystem, Ecosystem/TryIt
          carol  demo-carol-password  nothing: a user without memberships
          admin  demo-admin-password  everything (Infrastructure-Manager of the root)

        In a browser:

          {address}/

        With curl: log in, list the scopes, log in to one, see who you are there, log out.

          ID=$(curl -s -u alice:demo-alice-password -H 'Accept: application/json' {address}/Login | sed 's/.*"jsessionid":"\([^"]*\)".*/\1/')
          curl "{address}/ListInfrastructureScopes;jsessionid=$ID"
          curl "{address}/LoginScope;jsessionid=$ID?scope=/d4science.research-infrastructures.eu/FARM/AquaMaps"
          curl "{address}/session;jsessionid=$ID"
          curl "{address}/Logout;jsessionid=$ID"

        Commands on the running demo, in another terminal:

          dotnet run --project api -- export --demo --format yaml
          dotnet run --project api -- audit --demo
          dotnet run --project api -- audit --demo --verify


        """;
}
