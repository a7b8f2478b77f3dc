using System.Buffers;
using System.Collections.Immutable;
using Platform.Api.OAuth.Clients.Import;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Import;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Scopes.Import;

/// <summary>Reads the nodes of a file as scopes, clients and memberships, and collects all that is wrong with them.</summary>
internal sealed class ScopeFileReader
{
    private const int MaxDescriptionBytes = 64 * 1024;
    private const int MaxDisplayNameBytes = 512;
    private const int MaxUserBytes = 1024;
    private const int MaxNameBytes = 64;

    private static readonly string[] FileKeys = ["scopes", "clients", "memberships"];

    private static readonly string[] ScopeKeys =
        ["scope", "name", "type", "parent", "description", "displayName", "visibility", "anonymous", "suspended", "endsAt", "admission", "startsAt", "archived", "remove"];

    private static readonly string[] MembershipKeys = ["user", "client", "scope", "roles", "voms", "until", "suspended", "remove"];

    private static readonly SearchValues<char> OperationCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    private readonly List<ImportProblem> _problems = [];
    private readonly List<ImportedScope> _scopes = [];
    private readonly List<ImportedClient> _clients = [];
    private readonly List<ImportedMembership> _memberships = [];

    internal ScopeFile Read(ImportNode root)
    {
        if (root is ListNode scopes)
        {
            ReadScopes("", scopes);
        }
        else if (EntryReader.Begin("", root, FileKeys, _problems) is { } file)
        {
            ReadList(file, "scopes", ReadScopes);
            ReadList(file, "clients", ReadClients);
            ReadList(file, "memberships", ReadMemberships);
        }

        return new ScopeFile(new ScopeImport(_scopes, _memberships) { Clients = _clients }, _problems);
    }

    private static void ReadList(EntryReader file, string key, Action<string, ListNode> read)
    {
        switch (file.Find(key))
        {
            case null:
                break;
            case ListNode list:
                read(key, list);
                break;
            case var other:
                file.Report(key, $"a list was expected, not {other.What}");
                break;
        }
    }

    private void ReadScopes(string path, ListNode list)
    {
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (EntryReader.Begin($"{path}[{i}]", list.Items[i], ScopeKeys, _problems) is { } entry)
            {
                ReadScope(entry);
            }
        }
    }

    private void ReadScope(EntryReader entry)
    {
        var path = entry.Scope("scope");
        var remove = entry.Truth("remove") is { Value: true };
        if (path is { } known)
        {
            CheckAgainstPath(entry, known);
        }

        if (remove)
        {
            foreach (var key in ScopeKeys.Where(key => entry.Has(key) && key is not ("scope" or "name" or "type" or "parent" or "remove")))
            {
                entry.Report(key, "a scope that is removed has no attributes");
            }
        }

        var scope = new ImportedScope(path ?? default, entry.PlaceOf("scope"))
        {
            Remove = remove,
            DisplayName = entry.Text("displayName", MaxDisplayNameBytes, nullable: true),
            Description = entry.Text("description", MaxDescriptionBytes, nullable: true),
            Visibility = ReadVisibility(entry),
            Anonymous = ReadOperations(entry),
            Suspended = entry.Truth("suspended"),
            EndsAt = entry.Time("endsAt"),
            StartsAt = entry.Time("startsAt"),
            Admission = ReadAdmission(entry),
            Archived = entry.Truth("archived"),
        };
        if (path is not null)
        {
            _scopes.Add(scope);
        }
    }

    private static void CheckAgainstPath(EntryReader entry, ScopePath path)
    {
        if (entry.Text("name", 4096, nullable: false) is { } name && name.Value != path.Name)
        {
            entry.Report("name", $"the name of '{path}' is '{path.Name}', not '{name.Value}'; 'displayName' takes any name");
        }

        var type = ScopeFileTerms.TypeOf(path.Kind);
        if (entry.Text("type", 4096, nullable: false) is { } given && given.Value != type)
        {
            entry.Report("type", $"'{path}' is of the type {type}, not '{given.Value}'");
        }

        if (entry.Text("parent", 4096, nullable: true) is { } parent && parent.Value != path.Parent?.Value)
        {
            entry.Report("parent", path.Parent is { } above ? $"the parent of '{path}' is '{above}'" : $"'{path}' has no parent");
        }
    }

    private static Given<ScopeVisibility>? ReadVisibility(EntryReader entry)
    {
        if (entry.Text("visibility", MaxNameBytes, nullable: false) is not { } text)
        {
            return null;
        }

        if (ScopeFileTerms.FindVisibility(text.Value!) is { } visibility)
        {
            return new Given<ScopeVisibility>(visibility);
        }

        entry.Report("visibility", $"'{text.Value}' is none of public, members, hidden");
        return null;
    }

    private static Given<ScopeAdmission>? ReadAdmission(EntryReader entry)
    {
        if (entry.Text("admission", MaxNameBytes, nullable: false) is not { } text)
        {
            return null;
        }

        if (ScopeFileTerms.FindAdmission(text.Value!) is { } admission)
        {
            return new Given<ScopeAdmission>(admission);
        }

        entry.Report("admission", $"'{text.Value}' is none of open, restricted, private");
        return null;
    }

    private Given<ImmutableArray<string>>? ReadOperations(EntryReader entry)
    {
        if (entry.Texts("anonymous", 64, MaxNameBytes) is not { } texts)
        {
            return null;
        }

        foreach (var (text, place) in texts.Where(item => item.Text.Length == 0 || item.Text.AsSpan().ContainsAnyExcept(OperationCharacters)))
        {
            _problems.Add(new ImportProblem(place, $"'{text}' is not an operation: lower-case letters, digits, '.' and '-'"));
        }

        return new Given<ImmutableArray<string>>([.. texts.Select(item => item.Text).Order(StringComparer.Ordinal)]);
    }

    private void ReadClients(string path, ListNode list)
    {
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (EntryReader.Begin($"{path}[{i}]", list.Items[i], ClientEntry.Keys, _problems) is { } entry && ClientEntry.Read(entry, _problems) is { } client)
            {
                _clients.Add(client);
            }
        }
    }

    private void ReadMemberships(string path, ListNode list)
    {
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (EntryReader.Begin($"{path}[{i}]", list.Items[i], MembershipKeys, _problems) is { } entry)
            {
                ReadMembership(entry);
            }
        }
    }

    private void ReadMembership(EntryReader entry)
    {
        var (user, member) = ReadMember(entry);
        var remove = entry.Truth("remove") is { Value: true };
        var until = entry.Time("until");
        var suspended = entry.Truth("suspended");
        foreach (var key in new[] { "roles", "until", "suspended" }.Where(key => remove && entry.Has(key)))
        {
            entry.Report(key, "a membership that is removed has no attributes");
        }

        var read = entry.Has("voms") ? ReadVoms(entry, remove) : ReadRoles(entry);
        _memberships.AddRange(read.Where(_ => user is not null).Select(membership =>
            new ImportedMembership(user!, entry.PlaceOf(member), membership.Scope, membership.Place)
            {
                Remove = remove,
                Roles = membership.Roles,
                Until = until,
                Suspended = suspended,
            }));
    }

    /// <summary>Whose membership it is, and the key that says so.</summary>
    private static (string? User, string Key) ReadMember(EntryReader entry)
    {
        if (!entry.Has("client"))
        {
            return (entry.Required("user", MaxUserBytes), "user");
        }

        if (entry.Has("user"))
        {
            entry.Report("client", "a membership is of a user or of a client, not of both");
        }

        return (entry.Text("client", MaxUserBytes, nullable: false) is { Value: { } id } ? $"{ClientId.MemberDirectory}:{id}" : null, "client");
    }

    private IEnumerable<(ScopePath Scope, ImportPlace Place, Given<ImmutableArray<string>>? Roles)> ReadRoles(EntryReader entry)
    {
        var scope = entry.Scope("scope");
        var texts = entry.Texts("roles", 64, MaxNameBytes);
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (text, place) in texts ?? [])
        {
            if (!Roles.All.TryGetValue(text, out var role))
            {
                _problems.Add(new ImportProblem(place, $"there is no role '{text}'; the roles are {string.Join(", ", Roles.All.Values.Order(StringComparer.Ordinal))}"));
            }
            else if (CheckPlaceOfRole(role, scope, place) && !roles.Add(role))
            {
                _problems.Add(new ImportProblem(place, $"'{role}' stands in this list twice"));
            }
        }

        return scope is { } path ? [(path, entry.PlaceOf("scope"), texts is null ? null : Given(roles))] : [];
    }

    private List<(ScopePath Scope, ImportPlace Place, Given<ImmutableArray<string>>? Roles)> ReadVoms(EntryReader entry, bool remove)
    {
        foreach (var key in new[] { "scope", "roles" }.Where(entry.Has))
        {
            entry.Report(key, "scope and roles stand in the VOMS names");
        }

        var groups = new Dictionary<ScopePath, (ImportPlace Place, SortedSet<string> Roles)>();
        foreach (var (text, place) in entry.Texts("voms", 10_000, 4096) ?? [])
        {
            if (!VomsName.TryParse(text, out var name, out var fault))
            {
                _problems.Add(new ImportProblem(place, fault));
                continue;
            }

            if (remove && name.Role is not null)
            {
                _problems.Add(new ImportProblem(place, "a membership is removed as a whole: name the group without a role"));
            }

            groups.TryAdd(name.Scope, (place, new SortedSet<string>(StringComparer.Ordinal)));
            if (name.Role is { } role && CheckPlaceOfRole(role, name.Scope, place) && !groups[name.Scope].Roles.Add(role))
            {
                _problems.Add(new ImportProblem(place, $"'{name}' stands in this list twice"));
            }
        }

        return [.. groups.Select(group => (group.Key, group.Value.Place, (Given<ImmutableArray<string>>?)Given(group.Value.Roles)))];
    }

    private bool CheckPlaceOfRole(string role, ScopePath? scope, ImportPlace place)
    {
        if (scope is { } path && !Roles.FitsAt(role, path.Kind))
        {
            _problems.Add(new ImportProblem(place, $"'{role}' cannot be held in '{path}', which is of the type {ScopeFileTerms.TypeOf(path.Kind)}"));
            return false;
        }

        return true;
    }

    /// <summary>Every membership implies the role <c>member</c>, so it is not kept.</summary>
    private static Given<ImmutableArray<string>> Given(SortedSet<string> roles) => new([.. roles.Where(role => role != Roles.Member)]);
}
