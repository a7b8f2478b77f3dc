using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Scim.Resources;

/// <summary>A member of a group.</summary>
/// <param name="User">Directory and id; a client's as a member.</param>
/// <param name="Name">The name.</param>
internal sealed record GroupMember(UserKey User, string Name);

/// <summary>Scopes as SCIM shows them: the id is the path in base64url, the name the path.</summary>
internal static class GroupResource
{
    /// <summary>A group.</summary>
    /// <param name="prefix">The address of the SCIM service.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="members">Its members; null: not asked for.</param>
    public static JsonObject Of(string prefix, ScopePath scope, IReadOnlyList<GroupMember>? members)
    {
        var resource = new JsonObject
        {
            ["schemas"] = new JsonArray(ScimSchemas.Group),
            ["id"] = IdOf(scope),
            ["displayName"] = scope.Value,
        };
        if (members is not null)
        {
            resource["members"] = new JsonArray([.. members.Select(member => Of(prefix, member))]);
        }

        // The version is of the whole: without the members nothing is known of it.
        resource["meta"] = ScimSchemas.Meta("Group", LocationOf(prefix, scope), members is null ? null : ScimAnswer.Version(TagOf(members)));
        return resource;
    }

    /// <summary>The id of a scope's group.</summary>
    public static string IdOf(ScopePath scope) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(scope.Value));

    /// <summary>The address of a scope's group.</summary>
    public static string LocationOf(string prefix, ScopePath scope) => $"{prefix}/Groups/{IdOf(scope)}";

    /// <summary>The scope of an id; null where it is none.</summary>
    public static ScopePath? FindScope(string id)
    {
        try
        {
            return ScopePath.TryParse(Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(id)), out var path) && IdOf(path) == id ? path : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The entity tag of a group with these members.</summary>
    public static string TagOf(IEnumerable<GroupMember> members) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', members.Select(member => member.User.ToString()).Order(StringComparer.Ordinal)))).AsSpan(0, 12));

    private static JsonObject Of(string prefix, GroupMember member)
    {
        var isClient = member.User.Directory == ClientId.MemberDirectory;
        var item = new JsonObject { ["value"] = member.User.ToString(), ["display"] = member.Name, ["type"] = isClient ? "Client" : "User" };
        if (!isClient)
        {
            item["$ref"] = UserResource.LocationOf(prefix, member.User);
        }

        return item;
    }
}
