using System.Collections.Immutable;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Grains.Administration.Bulk;

/// <summary>What a file says of a membership; what is null stays as it is.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="ScopePlace">Where it stands.</param>
/// <param name="User">The user, as the file names them: a local user name, or <c>directory:id</c>.</param>
/// <param name="UserPlace">Where it stands.</param>
/// <param name="Roles">The roles, without <c>member</c>; ordered.</param>
/// <param name="RolesPlace">Where they stand.</param>
/// <param name="Until">When it ends; null in it: not.</param>
/// <param name="Suspended">Whether it is suspended.</param>
internal sealed record MemberRow(
    ScopePath Scope,
    ImportPlace ScopePlace,
    string User,
    ImportPlace UserPlace,
    ImmutableArray<string>? Roles,
    ImportPlace RolesPlace,
    Given<DateTimeOffset?>? Until,
    bool? Suspended);

/// <summary>Reads the rows of a file of members.</summary>
internal sealed class MemberRows
{
    /// <summary>The columns.</summary>
    public static readonly IReadOnlyList<string> Columns = [Scope, User, Roles, Until, Suspended];

    public const string Scope = "scope";
    public const string User = "user";
    public const string Roles = "roles";
    public const string Until = "until";
    public const string Suspended = "suspended";

    private readonly Dictionary<(ScopePath, string), int> _seen = [];

    /// <summary>What a row says; null where something is wrong with it, which the file is told.</summary>
    public MemberRow? Read(BulkRow row, BulkFile file)
    {
        if (row.Find(Scope) is not { } scope || row.Find(User) is not { } user)
        {
            file.Report(row.Place, $"there is no {(row.Find(Scope) is null ? Scope : User)}");
            return null;
        }

        if (!ScopePath.TryParse(scope.Text.Trim(), out var path))
        {
            file.Report(scope.Place, $"this is no scope: {ScopePath.Grammar}");
            return null;
        }

        var name = user.Text.Trim();
        if (name.Length > KnownUsers.MaxText || name.Any(char.IsControl))
        {
            file.Report(user.Place, "this is no user: a local user name, or 'directory:id'");
            return null;
        }

        if (!_seen.TryAdd((path, name), row.Place.Line))
        {
            file.Report(user.Place, $"this membership is in line {_seen[(path, name)]} already");
            return null;
        }

        var before = file.Problems.Count;
        row.Cells.TryGetValue(Roles, out var roles);
        var read = new MemberRow(
            path,
            scope.Place,
            name,
            user.Place,
            roles is null ? null : ReadRoles(roles, path, file),
            roles?.Place ?? row.Place,
            row.Cells.TryGetValue(Until, out var until) ? ReadUntil(until, file) : null,
            row.Find(Suspended) is { } suspended ? BulkValues.ReadFlag(suspended, file) : null);
        return file.Problems.Count == before ? read : null;
    }

    private static ImmutableArray<string> ReadRoles(BulkCell cell, ScopePath scope, BulkFile file)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var named in cell.Values.SelectMany(value => value.Split([';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (!Platform.Grains.Scopes.Roles.All.TryGetValue(named, out var role))
            {
                file.Report(cell.Place, $"there is no role '{named}': {string.Join(", ", Platform.Grains.Scopes.Roles.All.Values.Order(StringComparer.Ordinal))}");
            }
            else if (!Platform.Grains.Scopes.Roles.FitsAt(role, scope.Kind))
            {
                file.Report(cell.Place, $"the role {role} is not held in a scope of this kind");
            }
            else if (role != Platform.Grains.Scopes.Roles.Member)
            {
                roles.Add(role);
            }
        }

        return [.. roles];
    }

    private static Given<DateTimeOffset?> ReadUntil(BulkCell cell, BulkFile file)
    {
        if (cell.Text.Length == 0)
        {
            return new Given<DateTimeOffset?>(null);
        }

        if (!ImportTime.TryRead(cell.Text.Trim(), out var until))
        {
            file.Report(cell.Place, "this is no time with its offset, such as 2027-06-30T22:00:00Z");
        }

        return new Given<DateTimeOffset?>(until);
    }
}
