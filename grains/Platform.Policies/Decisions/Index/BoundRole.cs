using System.Collections.Immutable;
using Platform.Policies.Requests;
using Platform.Policies.Rules;
using Platform.Policies.Rules.Patterns;

namespace Platform.Policies.Decisions.Index;

/// <summary>A role in a scope, of which some names may come from the path.</summary>
/// <param name="Role">The role.</param>
/// <param name="Scope">The scope, as the rule has it.</param>
/// <param name="Names">For each name of the scope the segment of the path that gives it; null: it stands in the rule. Empty: all do.</param>
internal readonly record struct BoundRole(string Role, string Scope, ImmutableArray<int?> Names)
{
    /// <summary>Finds out where the names come from.</summary>
    public static BoundRole Bind(RoleInScope role, PathTemplate? template) =>
        role.Scope.Contains("/:", StringComparison.Ordinal)
            ? new BoundRole(role.Role, role.Scope, [.. role.Scope.Split('/').Skip(1).Select(name => name.StartsWith(':') ? template?.FindParameter(name[1..]) : null)])
            : new BoundRole(role.Role, role.Scope, []);

    /// <summary>The scope that is meant; null where the path does not give its names.</summary>
    public string? FindScope(in UrlReading reading) => FindScope(reading.Path);

    /// <summary>Whether somebody holds the role, whatever the letter case of names out of the path, as deny rules ask.</summary>
    public bool IsHeldInAnyCase(IPolicySubject subject, in UrlReading reading) =>
        Names.IsEmpty ? subject.HasRole(Role, Scope) : FindScope(reading.Key) is { } scope && subject.HasRoleInAnyCase(Role, scope);

    private string? FindScope(string path)
    {
        if (Names.IsEmpty)
        {
            return Scope;
        }

        var names = Scope.Split('/');
        for (var index = 0; index < Names.Length; index++)
        {
            if (Names[index] is { } segment)
            {
                if (UrlReading.FindSegment(path, segment) is not { } name)
                {
                    return null;
                }

                names[index + 1] = name;
            }
        }

        return string.Join('/', names);
    }
}
