using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Console.Tests.Scopes;

/// <summary>Hierarchies of all shapes, with the texts that files of either format trip over.</summary>
internal static class RandomExport
{
    private static readonly string?[] Texts =
    [
        null, "", " ", "plain", "<b>HTML</b> & \"quotes\" 'single' \\ back", "line\nline", "line\r\nline\r", "\ttab", " leading and trailing ",
        "# no comment", "- no list", "key: value", "*alias", "&anchor", "!tag", "%directive", "@at `tick`", "{}", "[]", "null", "~", "true", "no", "1", "0x10", "1e3",
        "2027-01-01", "---", "...", "ünïcödé", "日本語", "😀𝒳", "\u0085next\u2028line\u2029paragraph", "\u00a0\ufeff\u200b\ufffd", "a: |\n  b", new string('x', 5000), "]]>", "\ud7ff\ue000",
    ];

    private static readonly string[] Names = ["a", "B.c", "x_y", "n-1", "0", "Zz"];

    internal static ScopeExport Make(Random random, IReadOnlyList<string> users)
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = random.Next(1, 30); i > 0; i--)
        {
            var path = "";
            for (var depth = random.Next(1, 4); depth > 0; depth--)
            {
                path += "/" + Names[random.Next(Names.Length)];
                paths.Add(path);
            }
        }

        var scopes = paths.Select(path => MakeScope(random, new ScopePath(path))).ToList();
        var memberships = users
            .SelectMany(user => scopes.Where(_ => random.Next(3) == 0).Select(scope => new ExportedMembership(user, MakeMembership(random, scope.Path))))
            .ToList();
        return new ScopeExport(scopes, memberships);
    }

    private static ScopeSnapshot MakeScope(Random random, ScopePath path) => Begun(random, path) with
    {
        Admission = (ScopeAdmission)random.Next(3),
        StartsAt = random.Next(2) == 0 ? null : new DateTimeOffset(2000 + random.Next(20), 1, 2, 3, 4, 5, TimeSpan.Zero),
        Archived = random.Next(4) == 0,
    };

    private static ScopeSnapshot Begun(Random random, ScopePath path) => new(
        path,
        random.Next(2) == 0 ? path.Name : Texts[random.Next(1, Texts.Length)] is { Length: <= 100 } name ? name : path.Name,
        Texts[random.Next(Texts.Length)],
        (ScopeVisibility)random.Next(3),
        random.Next(2) == 0 ? [] : ["read", "x.y-z"],
        random.Next(4) == 0,
        MakeTime(random),
        0);

    private static Membership MakeMembership(Random random, ScopePath scope)
    {
        var roles = Roles.All.Values.Where(role => role != Roles.Member && Roles.FitsAt(role, scope.Kind) && random.Next(3) == 0);
        return new Membership(scope, [.. roles.Order(StringComparer.Ordinal)], MakeTime(random), null, Suspended: random.Next(4) == 0);
    }

    private static DateTimeOffset? MakeTime(Random random) =>
        random.Next(2) == 0 ? null : new DateTimeOffset(2020 + random.Next(20), 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(random.Next(10_000_000));
}
