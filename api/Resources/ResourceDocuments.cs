using System.Text;
using System.Text.Json;
using Platform.Api.Http.Wire;
using Platform.Grains.Resources;

namespace Platform.Api.Resources;

/// <summary>A page of a list.</summary>
/// <param name="View">Who sees it, and from which scope.</param>
/// <param name="Entries">The documents.</param>
/// <param name="Next">The address of the next page; null: this is the last.</param>
internal sealed record ResourceList(ResourceView View, IReadOnlyList<ResourceSnapshot> Entries, string? Next);

/// <summary>The documents that speak of documents.</summary>
internal static class ResourceDocuments
{
    /// <summary>What stands beside a document.</summary>
    public static readonly Document<(ResourceSnapshot Resource, ResourceView View)> Entry = new(
        static (json, item) => WriteEntry(json, item.Resource, item.View),
        static (xml, item) => WriteEntry(xml, item.Resource, item.View));

    /// <summary>A page of a list.</summary>
    public static readonly Document<ResourceList> List = new(
        static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteString("scope"u8, list.View.Scope.Path.Value);
            json.WriteStartArray("resources"u8);
            foreach (var resource in list.Entries)
            {
                WriteEntry(json, resource, list.View);
            }

            json.WriteEndArray();
            json.WriteString("next"u8, list.Next);
            json.WriteEndObject();
        },
        static (xml, list) =>
        {
            xml.Raw("<Resources>"u8).Element("scope", list.View.Scope.Path.Value);
            foreach (var resource in list.Entries)
            {
                WriteEntry(xml, resource, list.View);
            }

            xml.Optional("next", list.Next).Raw("</Resources>"u8);
        });

    /// <summary>Who changed it is for those of the scope; everybody else learns when.</summary>
    private static void WriteEntry(Utf8JsonWriter json, ResourceSnapshot resource, ResourceView view)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, resource.Key.Path.Value);
        json.WriteString("scope"u8, resource.Key.Scope.Value);
        json.WriteString("etag"u8, resource.Tag);
        json.WriteString("visibility"u8, ResourceTerms.Of(resource.Visibility));
        json.WriteNumber("bytes"u8, Encoding.UTF8.GetByteCount(resource.Content));
        if (resource.MaxAuthenticationAge is { } age)
        {
            json.WriteNumber("maxAuthenticationAge"u8, (long)age.TotalSeconds);
        }

        json.WriteString("created"u8, resource.CreatedAt.UtcDateTime);
        json.WriteString("changed"u8, resource.ChangedAt.UtcDateTime);
        if (view.Insider is not null)
        {
            json.WriteString("changedBy"u8, resource.ChangedBy.ToString());
            json.WriteString("changedByClient"u8, resource.ChangedByClient);
            json.WriteString("changedByRun"u8, resource.ChangedByRun?.Value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(XmlText xml, ResourceSnapshot resource, ResourceView view)
    {
        xml.Raw("<Resource>"u8)
            .Element("path", resource.Key.Path.Value)
            .Element("scope", resource.Key.Scope.Value)
            .Element("etag", resource.Tag)
            .Element("visibility", ResourceTerms.Of(resource.Visibility))
            .Element("bytes", Encoding.UTF8.GetByteCount(resource.Content).ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Optional("maxAuthenticationAge", resource.MaxAuthenticationAge is { } age ? ResourceHeaders.Seconds(age) : null)
            .Element("created", Instant(resource.CreatedAt))
            .Element("changed", Instant(resource.ChangedAt));
        if (view.Insider is not null)
        {
            xml.Element("changedBy", resource.ChangedBy.ToString()).Optional("changedByClient", resource.ChangedByClient).Optional("changedByRun", resource.ChangedByRun?.Value);
        }

        xml.Raw("</Resource>"u8);
    }

    private static string Instant(DateTimeOffset value) => JsonSerializer.SerializeToElement(value.UtcDateTime).GetString()!;
}
