using System.Diagnostics.CodeAnalysis;
using Platform.Grains.Scopes;

namespace Platform.Api.Scopes.Import;

/// <summary>
/// A group and role as VOMS writes them: <c>/vo/group/Role=name/Capability=NULL</c>. The group is a scope's path; <c>Role=NULL</c>, or
/// none, is plain membership. VOMS deprecated capabilities: NULL is taken, others would be lost and are refused.
/// </summary>
/// <param name="Scope">The group.</param>
/// <param name="Role">The role in its one spelling; null: plain membership.</param>
internal readonly record struct VomsName(ScopePath Scope, string? Role)
{
    private const string RolePrefix = "/Role=";
    private const string CapabilityPrefix = "/Capability=";

    /// <inheritdoc/>
    public override string ToString() => Role is null ? Scope.Value : Scope.Value + RolePrefix + Role;

    /// <summary>Reads a name, or says what is wrong with it.</summary>
    internal static bool TryParse(string text, out VomsName name, [NotNullWhen(false)] out string? fault)
    {
        name = default;
        fault = null;
        var rest = text;
        if (rest.IndexOf(CapabilityPrefix, StringComparison.Ordinal) is var capabilityAt and >= 0)
        {
            var capability = rest[(capabilityAt + CapabilityPrefix.Length)..];
            if (capability != "NULL")
            {
                fault = $"the capability '{capability}' is not known; VOMS writes 'NULL'";
                return false;
            }

            rest = rest[..capabilityAt];
        }

        string? role = null;
        if (rest.IndexOf(RolePrefix, StringComparison.Ordinal) is var roleAt and >= 0)
        {
            role = rest[(roleAt + RolePrefix.Length)..];
            rest = rest[..roleAt];
        }

        if (!ScopePath.TryParse(rest, out var scope))
        {
            fault = $"'{text}' is not '/vo/group/Role=name'; {ScopePath.Grammar}";
            return false;
        }

        if (role is not (null or "NULL"))
        {
            if (!Roles.All.TryGetValue(role, out role))
            {
                fault = $"the role of '{text}' is not known";
                return false;
            }

            name = new VomsName(scope, role == Roles.Member ? null : role);
            return true;
        }

        name = new VomsName(scope, null);
        return true;
    }
}
