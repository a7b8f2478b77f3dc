using System.Collections.Immutable;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Tests.Support;

/// <summary>The D4Science hierarchy with memberships as in the demo, and a scope that is closed.</summary>
internal static class TestData
{
    public const string Root = "/d4science.research-infrastructures.eu";
    public const string Farm = Root + "/FARM";
    public const string AquaMaps = Farm + "/AquaMaps";
    public const string Icis = Farm + "/ICIS";
    public const string Closed = Farm + "/Closed";
    public const string Ecosystem = Root + "/Ecosystem";
    public const string Em = Ecosystem + "/EM";
    public const string TryIt = Ecosystem + "/TryIt";

    /// <summary>Markup, quotes, white space, and characters beyond the first plane: all has to come back as it is.</summary>
    public const string Description = "<STRONG>Aqua</STRONG> & <p class=\"x\">'maps'</p> ]]> \r\n\ttab\u00a0 é 😀 \u0085\u2028end ";

    private static readonly ImportPlace Nowhere = new("", 1, 1);

    public static readonly IReadOnlyList<string> Users = ["alice", "bob", "carol", "admin"];

    public static string Password(string user) => $"password of {user}: ü";

    public static ScopeImport Import() => new(
        [
            Scope(Root, null),
            Scope(Ecosystem, "Description for Ecosystem"),
            Scope(Farm, "Description for FARM"),
            Scope(Ecosystem + "/DRIVER", "The DRIVER VRE"),
            Scope(Em, "EM") with { Visibility = new(ScopeVisibility.Hidden) },
            Scope(Ecosystem + "/HEPGateway", "Write"),
            Scope(TryIt, null),
            Scope(AquaMaps, Description) with { Anonymous = new(["read", "search"]) },
            Scope(Farm + "/FCPPS", "FCPPS"),
            Scope(Icis, "ICIS") with { Visibility = new(ScopeVisibility.Members) },
            Scope(Closed, "Closed") with { Suspended = new(true), Anonymous = new(["read"]) },
        ],
        [
            Member("alice", AquaMaps, Roles.VREManager),
            Member("alice", Farm),
            Member("alice", Root),
            Member("alice", Closed),
            Member("bob", Ecosystem),
            Member("bob", TryIt),
            Member("bob", Em),
            Member("admin", Root, Roles.InfrastructureManager),
        ]);

    public static ImportedScope Scope(string path, string? description) =>
        new(Path(path), Nowhere) { Description = new(description), Visibility = new(ScopeVisibility.Public) };

    private static ImportedMembership Member(string user, string scope, params string[] roles) =>
        new(user, Nowhere, Path(scope), Nowhere) { Roles = new(ImmutableArray.Create(roles)) };

    private static ScopePath Path(string text) => ScopePath.TryParse(text, out var path) ? path : throw new ArgumentException(text);
}
