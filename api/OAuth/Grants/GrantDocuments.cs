using System.Globalization;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth.Authorize;

namespace Platform.Api.OAuth.Grants;

/// <summary>The list of what a user gave, as JSON and XML.</summary>
internal static class GrantDocuments
{
    public static readonly Document<IReadOnlyList<GivenAccess>> Grants = new(
        static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("grants"u8);
            foreach (var given in list)
            {
                json.WriteStartObject();
                json.WriteString("client"u8, given.Grant.Client.Value);
                json.WriteString("name"u8, NameOf(given));
                json.WriteString("since"u8, Since(given));
                json.WriteStartArray("consents"u8);
                foreach (var consent in given.Grant.Consents)
                {
                    json.WriteStartObject();
                    json.WriteString("context"u8, consent.Context?.Value);
                    json.WriteStartArray("oauthScopes"u8);
                    foreach (var oauthScope in consent.OAuthScopes)
                    {
                        json.WriteStringValue(oauthScope);
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        },
        static (xml, list) =>
        {
            xml.Raw("<Grants>"u8);
            foreach (var given in list)
            {
                xml.Raw("<Grant>"u8).Element("client", given.Grant.Client.Value).Element("name", NameOf(given)).Element("since", Since(given));
                foreach (var consent in given.Grant.Consents)
                {
                    xml.Raw("<Consent>"u8);
                    if (consent.Context is { } context)
                    {
                        xml.Element("context", context.Value);
                    }

                    foreach (var oauthScope in consent.OAuthScopes)
                    {
                        xml.Element("oauthScope", oauthScope);
                    }

                    xml.Raw("</Consent>"u8);
                }

                xml.Raw("</Grant>"u8);
            }

            xml.Raw("</Grants>"u8);
        });

    /// <summary>The client's name; its id where it is no longer there.</summary>
    public static string NameOf(GivenAccess given) => given.Client is null ? given.Grant.Client.Value : ConsentPage.NameOf(given.Client);

    private static string Since(GivenAccess given) => given.Grant.GivenAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
