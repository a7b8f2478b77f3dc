using Microsoft.Extensions.Options;
using Platform.Api.Users.Ldap;

namespace Platform.Api.Policies.OpenSso;

/// <summary>Users and groups by the distinguished names that OpenSSO's clients know them by.</summary>
internal sealed class OpenSsoNames(IOptions<OpenSsoOptions> options)
{
    private readonly DistinguishedName _base = DistinguishedName.TryParse(options.Value.BaseDn, out var name)
        ? name
        : throw new InvalidOperationException("The base DN was not validated.");

    /// <summary>The realm that all identities are in.</summary>
    public string Realm => options.Value.BaseDn;

    /// <summary>A group as users hold it.</summary>
    public string RoleOf(string group) => $"id={LdapText.EscapeDnValue(group)},ou=group,{Realm}";

    /// <summary>The user or group that a DN names: the value of its first attribute, where that is the type wanted and its end is the base.</summary>
    /// <param name="dn">The DN as it came, spaces after commas and letter case aside.</param>
    /// <param name="type"><c>uid</c> or <c>cn</c>.</param>
    public string? Find(string dn, string type) =>
        DistinguishedName.TryParse(dn, out var name) && name.FirstType == type && name.IsBelow(_base) ? name.FirstValue : null;
}
