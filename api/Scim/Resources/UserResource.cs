using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Scim.Filters;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Scim.Resources;

/// <summary>What a body says of a user that can be set.</summary>
/// <param name="UserName">The user name; null: none.</param>
/// <param name="DisplayName">The full name; null: none.</param>
/// <param name="Mail">The mail address; null: none.</param>
/// <param name="Active">Whether they may log in.</param>
/// <param name="Password">A password to set; null: none.</param>
internal sealed record WantedUser(string? UserName, string? DisplayName, string? Mail, bool Active, string? Password)
{
    /// <inheritdoc/>
    public override string ToString() => $"wanted user {UserName}";
}

/// <summary>Users as SCIM shows them. The id is <c>directory:id</c>.</summary>
internal static class UserResource
{
    /// <summary>A user.</summary>
    /// <param name="prefix">The address of the SCIM service.</param>
    /// <param name="key">Directory and id.</param>
    /// <param name="profile">Name, full name, mail.</param>
    /// <param name="disabled">Whether login is refused.</param>
    /// <param name="tag">The entity tag; null where the representation is a part.</param>
    /// <param name="created">When they were made; null: not known.</param>
    /// <param name="groups">The scopes that they are members of; null: not asked for.</param>
    public static JsonObject Of(
        string prefix, UserKey key, UserProfile profile, bool disabled, string? tag, DateTimeOffset? created, IEnumerable<ScopePath>? groups)
    {
        var resource = new JsonObject
        {
            ["schemas"] = new JsonArray(ScimSchemas.User, ScimSchemas.PlatformUser),
            ["id"] = key.ToString(),
            ["userName"] = profile.UserName,
            ["name"] = new JsonObject { ["formatted"] = profile.DisplayName },
            ["displayName"] = profile.DisplayName,
            ["active"] = !disabled,
        };
        if (profile.Mail is { } mail)
        {
            resource["emails"] = new JsonArray(new JsonObject { ["value"] = mail, ["type"] = "work", ["primary"] = true });
        }

        if (groups is not null)
        {
            resource["groups"] = new JsonArray([.. groups.Select(path => new JsonObject
            {
                ["value"] = GroupResource.IdOf(path),
                ["$ref"] = GroupResource.LocationOf(prefix, path),
                ["display"] = path.Value,
            })]);
        }

        resource[ScimSchemas.PlatformUser] = new JsonObject { ["directory"] = key.Directory };
        resource["meta"] = ScimSchemas.Meta("User", LocationOf(prefix, key), tag is null ? null : ScimAnswer.Version(tag), created);
        return resource;
    }

    /// <summary>The address of a user.</summary>
    public static string LocationOf(string prefix, UserKey key) => $"{prefix}/Users/{Uri.EscapeDataString(key.ToString())}";

    /// <summary>Reads the id of a user.</summary>
    public static UserKey? FindKey(string id) =>
        id.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < id.Length - 1 && id.Length <= 512 && !id.Any(char.IsControl)
            ? new UserKey(id[..colon], id[(colon + 1)..])
            : null;

    /// <summary>
    /// What a resource says that can be set. Attributes that the platform does not keep are passed over, as RFC 7644 §3.5.1 allows: clients send
    /// all that they know.
    /// </summary>
    public static (WantedUser? User, ScimRefusal? Refusal) Read(JsonObject resource)
    {
        foreach (var name in new[] { "userName", "displayName", "password" })
        {
            if (ScimBody.Find(resource, name) is { } value && ScimBody.Text(value) is null)
            {
                return (null, ScimRefusal.InvalidValue($"'{name}' is a text."));
            }
        }

        // Some clients write the boolean as a text.
        bool? active = ScimBody.Find(resource, "active") switch
        {
            null => true,
            { } value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
            { } value when bool.TryParse(ScimBody.Text(value), out var read) => read,
            _ => null,
        };
        if (active is null)
        {
            return (null, ScimRefusal.InvalidValue("'active' is true or false."));
        }

        var (displayName, badName) = ReadName(resource);
        var (mail, badMail) = ReadMail(resource);
        return badName is not null || badMail is not null
            ? (null, badName ?? badMail)
            : (new WantedUser(Text(resource, "userName"), displayName, mail, active.Value, Text(resource, "password")), null);
    }

    private static (string? Name, ScimRefusal? Refusal) ReadName(JsonObject resource)
    {
        var displayName = Text(resource, "displayName");
        switch (ScimBody.Find(resource, "name"))
        {
            case null:
                return (displayName, null);
            case JsonObject name:
                var formatted = Text(name, "formatted");
                var composed = string.Join(' ', new[] { Text(name, "givenName"), Text(name, "middleName"), Text(name, "familyName") }.Where(part => !string.IsNullOrWhiteSpace(part)));
                return (displayName ?? formatted ?? (composed.Length > 0 ? composed : null), null);
            default:
                return (null, ScimRefusal.InvalidValue("'name' is an object."));
        }
    }

    /// <summary>The primary address, or the first: the platform keeps one.</summary>
    private static (string? Mail, ScimRefusal? Refusal) ReadMail(JsonObject resource)
    {
        switch (ScimBody.Find(resource, "emails"))
        {
            case null:
                return (null, null);
            case JsonArray values when values.All(value => value is JsonObject):
                var chosen = values.Cast<JsonObject>().FirstOrDefault(value => ScimBody.Find(value, "primary")?.GetValueKind() == JsonValueKind.True) ?? values.FirstOrDefault() as JsonObject;
                return (chosen is null ? null : Text(chosen, "value"), null);
            default:
                return (null, ScimRefusal.InvalidValue("'emails' is a list of objects."));
        }
    }

    private static string? Text(JsonObject of, string name) => ScimBody.Text(ScimFilterMatch.FindName(of, name) is { } found ? of[found] : null);
}
