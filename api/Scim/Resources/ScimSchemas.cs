using System.Text.Json.Nodes;

namespace Platform.Api.Scim.Resources;

/// <summary>What a client can find out about this SCIM server (RFC 7643 §5–7, RFC 7644 §4).</summary>
internal static class ScimSchemas
{
    /// <summary>The schema of users.</summary>
    public const string User = "urn:ietf:params:scim:schemas:core:2.0:User";

    /// <summary>The schema of groups.</summary>
    public const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";

    /// <summary>What the platform knows of users besides.</summary>
    public const string PlatformUser = "urn:platform:params:scim:schemas:User";

    /// <summary>What the server can do.</summary>
    public static JsonObject ServiceProviderConfig(string location, string documentation) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
        ["documentationUri"] = documentation,
        ["patch"] = Supported(true),
        ["bulk"] = new JsonObject { ["supported"] = false, ["maxOperations"] = 0, ["maxPayloadSize"] = 0 },
        ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = ScimQuery.MaxCount },
        ["changePassword"] = Supported(true),
        ["sort"] = Supported(false),
        ["etag"] = Supported(true),
        ["authenticationSchemes"] = new JsonArray(new JsonObject
        {
            ["type"] = "oauthbearertoken",
            ["name"] = "OAuth access token",
            ["description"] = "A token of this platform for the OAuth scope scim:read, or scim:write.",
            ["specUri"] = "https://www.rfc-editor.org/info/rfc6750",
            ["primary"] = true,
        }),
        ["meta"] = Meta("ServiceProviderConfig", location),
    };

    /// <summary>The kinds of resources.</summary>
    public static IReadOnlyList<JsonObject> ResourceTypes(string prefix) =>
    [
        new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"),
            ["id"] = "User",
            ["name"] = "User",
            ["description"] = "People",
            ["endpoint"] = "/Users",
            ["schema"] = User,
            ["schemaExtensions"] = new JsonArray(new JsonObject { ["schema"] = PlatformUser, ["required"] = false }),
            ["meta"] = Meta("ResourceType", $"{prefix}/ResourceTypes/User"),
        },
        new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"),
            ["id"] = "Group",
            ["name"] = "Group",
            ["description"] = "Scopes: infrastructures, VOs and VREs",
            ["endpoint"] = "/Groups",
            ["schema"] = Group,
            ["meta"] = Meta("ResourceType", $"{prefix}/ResourceTypes/Group"),
        },
    ];

    /// <summary>The schemas.</summary>
    public static IReadOnlyList<JsonObject> All(string prefix) =>
    [
        Schema(prefix, User, "User", "A person",
            Attribute("userName", "The name to log in with; it never changes.", required: true, mutability: "immutable", uniqueness: "server"),
            Complex("name", "The name's parts; the platform keeps it as a whole.", several: false, Attribute("formatted", "The full name.")),
            Attribute("displayName", "The full name."),
            Complex("emails", "The mail address; one.", several: true,
                Attribute("value", "The address."),
                Attribute("type", "Always work.", mutability: "readOnly"),
                Attribute("primary", "Always true.", type: "boolean", mutability: "readOnly")),
            Attribute("active", "Whether they may log in.", type: "boolean"),
            Attribute("password", "Sets the password.", mutability: "writeOnly", returned: "never", caseExact: true),
            Complex("groups", "The scopes that they are members of.", several: true, "readOnly",
                Attribute("value", "The group's id.", mutability: "readOnly", caseExact: true),
                Attribute("$ref", "The group's address.", type: "reference", mutability: "readOnly", caseExact: true),
                Attribute("display", "The scope's path.", mutability: "readOnly"))),
        Schema(prefix, Group, "Group", "A scope: an infrastructure, a VO or a VRE",
            Attribute("displayName", "The scope's path.", mutability: "readOnly", uniqueness: "server", caseExact: true),
            Complex("members", "Its members.", several: true,
                Attribute("value", "The member's id.", mutability: "immutable", caseExact: true),
                Attribute("$ref", "The member's address.", type: "reference", mutability: "immutable", caseExact: true),
                Attribute("display", "The member's name.", mutability: "readOnly"),
                Attribute("type", "User; members that are OAuth clients are Client.", mutability: "immutable"))),
        Schema(prefix, PlatformUser, "PlatformUser", "What the platform knows of a person besides",
            Attribute("directory", "The directory that keeps them: local, or that of an LDAP server, which alone changes them.", mutability: "readOnly")),
    ];

    /// <summary>The <c>meta</c> of a resource.</summary>
    public static JsonObject Meta(string type, string location, string? version = null, DateTimeOffset? created = null)
    {
        var meta = new JsonObject { ["resourceType"] = type };
        if (created is { } at)
        {
            meta["created"] = at.UtcDateTime;
        }

        meta["location"] = location;
        if (version is not null)
        {
            meta["version"] = version;
        }

        return meta;
    }

    private static JsonObject Supported(bool supported) => new() { ["supported"] = supported };

    private static JsonObject Schema(string prefix, string id, string name, string description, params JsonObject[] attributes) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Schema"),
        ["id"] = id,
        ["name"] = name,
        ["description"] = description,
        ["attributes"] = new JsonArray([.. attributes]),
        ["meta"] = Meta("Schema", $"{prefix}/Schemas/{id}"),
    };

    private static JsonObject Complex(string name, string description, bool several, params JsonObject[] parts) => Complex(name, description, several, "readWrite", parts);

    private static JsonObject Complex(string name, string description, bool several, string mutability, params JsonObject[] parts)
    {
        var attribute = Attribute(name, description, type: "complex", mutability: mutability);
        attribute["multiValued"] = several;
        attribute["subAttributes"] = new JsonArray([.. parts]);
        return attribute;
    }

    private static JsonObject Attribute(
        string name,
        string description,
        string type = "string",
        bool required = false,
        string mutability = "readWrite",
        string returned = "default",
        string uniqueness = "none",
        bool caseExact = false) => new()
        {
            ["name"] = name,
            ["type"] = type,
            ["multiValued"] = false,
            ["description"] = description,
            ["required"] = required,
            ["caseExact"] = caseExact,
            ["mutability"] = mutability,
            ["returned"] = returned,
            ["uniqueness"] = uniqueness,
        };
}
