using System.Text.Json;
using Platform.Api.Http.Wire;
using Platform.Grains.Scopes;

namespace Platform.Api.Scopes;

/// <summary>The documents that speak of scopes.</summary>
internal static class ScopeDocuments
{
    /// <summary>gCube's short list: every VRE, then every VO, the root among them (contracts/gcube-http.md).</summary>
    public static readonly Document<IReadOnlyList<ScopeSnapshot>> ShortList = new(WriteShort, WriteShort);

    /// <summary>gCube's list with details: all together by name.</summary>
    public static readonly Document<IReadOnlyList<ScopeSnapshot>> Details = new(WriteDetails, WriteDetails);

    /// <summary>The list of <c>/scopes</c>.</summary>
    public static readonly Document<(IReadOnlyList<ScopeSnapshot> Scopes, ScopeAccess Access)> List = new(
        static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("scopes"u8);
            foreach (var scope in list.Scopes)
            {
                WriteOne(json, (scope, list.Access));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        },
        static (xml, list) =>
        {
            xml.Raw("<Scopes>"u8);
            foreach (var scope in list.Scopes)
            {
                WriteOne(xml, (scope, list.Access));
            }

            xml.Raw("</Scopes>"u8);
        });

    /// <summary>One scope of <c>/scopes</c>.</summary>
    public static readonly Document<(ScopeSnapshot Scope, ScopeAccess Access)> One = new(WriteOne, WriteOne);

    /// <summary>What <c>LoginScope</c> answers: the scope and the caller's roles in it.</summary>
    public static readonly Document<(ScopePath Scope, IReadOnlyList<string> Roles)> Entered = new(
        static (json, entered) =>
        {
            json.WriteStartObject();
            json.WriteString("scope"u8, entered.Scope.Value);
            WriteRoles(json, entered.Roles);
            json.WriteEndObject();
        },
        static (xml, entered) =>
        {
            xml.Raw("<LoginScope>"u8).Element("scope", entered.Scope.Value);
            WriteRoles(xml, entered.Roles);
            xml.Raw("</LoginScope>"u8);
        });

    private static string GCubeType(ScopePath path) => path.Kind == ScopeKind.VirtualResearchEnvironment ? "VRE" : "VO";

    private static string Type(ScopePath path) => path.Kind == ScopeKind.Infrastructure ? "INFRASTRUCTURE" : GCubeType(path);

    private static bool IsVre(ScopeSnapshot scope) => scope.Path.Kind == ScopeKind.VirtualResearchEnvironment;

    private static void WriteShort(XmlText xml, IReadOnlyList<ScopeSnapshot> scopes)
    {
        xml.Raw("<VOs-VREs>"u8);
        foreach (var scope in scopes)
        {
            if (IsVre(scope))
            {
                xml.Element("VRE", scope.Path.Value);
            }
        }

        foreach (var scope in scopes)
        {
            if (!IsVre(scope))
            {
                xml.Element("VO", scope.Path.Value);
            }
        }

        xml.Raw("</VOs-VREs>"u8);
    }

    private static void WriteShort(Utf8JsonWriter json, IReadOnlyList<ScopeSnapshot> scopes)
    {
        json.WriteStartObject();
        WritePaths(json, "VRE"u8, scopes, vres: true);
        WritePaths(json, "VO"u8, scopes, vres: false);
        json.WriteEndObject();
    }

    private static void WritePaths(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ScopeSnapshot> scopes, bool vres)
    {
        json.WriteStartArray(name);
        foreach (var scope in scopes)
        {
            if (IsVre(scope) == vres)
            {
                json.WriteStringValue(scope.Path.Value);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteDetails(XmlText xml, IReadOnlyList<ScopeSnapshot> scopes)
    {
        xml.Raw("<VOs-VREs>"u8);
        foreach (var scope in scopes)
        {
            xml.Raw("<Item scope=\""u8).Text(scope.Path.Value).Raw("\">"u8)
                .Element("Name", scope.DisplayName)
                .Element("Type", GCubeType(scope.Path))
                .Optional("ParentItem", scope.Path.Parent?.Value)
                .Element("Description", scope.Description)
                .Raw("</Item>"u8);
        }

        xml.Raw("</VOs-VREs>"u8);
    }

    private static void WriteDetails(Utf8JsonWriter json, IReadOnlyList<ScopeSnapshot> scopes)
    {
        json.WriteStartObject();
        json.WriteStartArray("Item"u8);
        foreach (var scope in scopes)
        {
            json.WriteStartObject();
            json.WriteString("scope"u8, scope.Path.Value);
            json.WriteString("Name"u8, scope.DisplayName);
            json.WriteString("Type"u8, GCubeType(scope.Path));
            if (scope.Path.Parent is { } parent)
            {
                json.WriteString("ParentItem"u8, parent.Value);
            }

            json.WriteString("Description"u8, scope.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter json, (ScopeSnapshot Scope, ScopeAccess Access) item)
    {
        var scope = item.Scope;
        json.WriteStartObject();
        json.WriteString("path"u8, scope.Path.Value);
        json.WriteString("name"u8, scope.DisplayName);
        json.WriteString("type"u8, Type(scope.Path));
        json.WriteString("parent"u8, scope.Path.Parent?.Value);
        json.WriteString("description"u8, scope.Description);
        json.WriteString("visibility"u8, Visibility(scope));
        WriteRoles(json, item.Access.RolesIn(scope.Path));
        json.WriteEndObject();
    }

    private static void WriteOne(XmlText xml, (ScopeSnapshot Scope, ScopeAccess Access) item)
    {
        var scope = item.Scope;
        xml.Raw("<Scope>"u8)
            .Element("path", scope.Path.Value)
            .Element("name", scope.DisplayName)
            .Element("type", Type(scope.Path))
            .Optional("parent", scope.Path.Parent?.Value)
            .Optional("description", scope.Description)
            .Element("visibility", Visibility(scope));
        WriteRoles(xml, item.Access.RolesIn(scope.Path));
        xml.Raw("</Scope>"u8);
    }

    private static void WriteRoles(Utf8JsonWriter json, IReadOnlyList<string> roles)
    {
        json.WriteStartArray("roles"u8);
        foreach (var role in roles)
        {
            json.WriteStringValue(role);
        }

        json.WriteEndArray();
    }

    private static void WriteRoles(XmlText xml, IReadOnlyList<string> roles)
    {
        xml.Raw("<roles>"u8);
        foreach (var role in roles)
        {
            xml.Element("role", role);
        }

        xml.Raw("</roles>"u8);
    }

    private static string Visibility(ScopeSnapshot scope) => scope.Visibility switch
    {
        ScopeVisibility.Public => "public",
        ScopeVisibility.Members => "members",
        _ => "hidden",
    };
}
