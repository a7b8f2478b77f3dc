using System.Text.Json;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;

namespace Platform.Api.Sessions;

/// <summary>The documents that speak of sessions.</summary>
internal static class SessionDocuments
{
    /// <summary>What a login answers (contracts/gcube-http.md, "Session document").</summary>
    public static readonly Document<SessionId> SessionId = new(
        static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteString("jsessionid"u8, id.Reveal());
            json.WriteEndObject();
        },
        static (xml, id) => xml.Raw("<SessionID>"u8).Element("jsessionid", id.Reveal()).Raw("</SessionID>"u8));

    /// <summary>What a logout answers.</summary>
    public static readonly Document<string> LoggedOut = new(
        static (json, user) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ended"u8, true);
            json.WriteString("user"u8, user);
            json.WriteEndObject();
        },
        static (xml, user) => xml.Raw("<Logout>"u8).Element("ended", "true").Element("user", user).Raw("</Logout>"u8));

    /// <summary>Who, in which scope, since when and until when.</summary>
    public static readonly Document<LiveSession> Session = new(WriteSession, WriteSession);

    /// <summary>Who calls with a token, in which scope, and with which rights.</summary>
    public static readonly Document<Principal> ByToken = new(WritePrincipal, WritePrincipal);

    /// <summary>What callers without a session may do in a scope.</summary>
    public static readonly Document<ScopeSnapshot> Unnamed = new(
        static (json, scope) =>
        {
            json.WriteStartObject();
            json.WriteNull("user"u8);
            json.WriteString("scope"u8, scope.Path.Value);
            json.WriteStartArray("operations"u8);
            foreach (var operation in scope.AnonymousOperations)
            {
                json.WriteStringValue(operation);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        },
        static (xml, scope) =>
        {
            xml.Raw("<Session>"u8).Element("scope", scope.Path.Value).Raw("<operations>"u8);
            foreach (var operation in scope.AnonymousOperations)
            {
                xml.Element("operation", operation);
            }

            xml.Raw("</operations></Session>"u8);
        });

    /// <summary>One's own sessions; the pair's second says which is the one that asks.</summary>
    public static readonly Document<(IReadOnlyList<ListedSession> Sessions, string Current)> Sessions = new(WriteSessions, WriteSessions);

    /// <summary>The attributes of a session.</summary>
    public static readonly Document<IReadOnlyList<SessionAttributeInfo>> Attributes = new(
        static (json, attributes) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("attributes"u8);
            foreach (var attribute in attributes)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, attribute.Name);
                json.WriteString("etag"u8, EntityTags.Quote(attribute.ETag));
                json.WriteNumber("length"u8, attribute.Length);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        },
        static (xml, attributes) =>
        {
            xml.Raw("<Attributes>"u8);
            foreach (var attribute in attributes)
            {
                xml.Raw("<Attribute>"u8)
                    .Element("name", attribute.Name)
                    .Element("etag", EntityTags.Quote(attribute.ETag))
                    .Element("length", attribute.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    .Raw("</Attribute>"u8);
            }

            xml.Raw("</Attributes>"u8);
        });

    private static void WritePrincipal(Utf8JsonWriter json, Principal principal)
    {
        // What a client may know of its user is what the user agreed to, here as at userinfo.
        var profile = principal.User?.Profile;
        json.WriteStartObject();
        json.WriteString("user"u8, principal.Name);
        json.WriteString("subject"u8, principal.Subject.ToString());
        json.WriteString("displayName"u8, principal.Allows(OAuthScopes.Profile) ? profile?.DisplayName : null);
        json.WriteString("mail"u8, principal.Allows(OAuthScopes.Email) ? profile?.Mail : null);
        json.WriteString("scope"u8, principal.Scope?.Path.Value);
        json.WriteStartArray("roles"u8);
        foreach (var role in principal.Roles)
        {
            json.WriteStringValue(role);
        }

        json.WriteEndArray();
        json.WriteString("client"u8, principal.Token?.Client.Id.Value);
        json.WritePropertyName("oauthScopes"u8);
        if (principal.OAuthScopes is { } oauthScopes)
        {
            json.WriteStartArray();
            foreach (var oauthScope in oauthScopes)
            {
                json.WriteStringValue(oauthScope);
            }

            json.WriteEndArray();
        }
        else
        {
            // A personal token: not limited to any, which an empty list would say it is.
            json.WriteNullValue();
        }

        json.WriteEndObject();
    }

    private static void WritePrincipal(XmlText xml, Principal principal)
    {
        var profile = principal.User?.Profile;
        xml.Raw("<Session>"u8)
            .Element("user", principal.Name)
            .Element("subject", principal.Subject.ToString())
            .Optional("displayName", principal.Allows(OAuthScopes.Profile) ? profile?.DisplayName : null)
            .Optional("mail", principal.Allows(OAuthScopes.Email) ? profile?.Mail : null)
            .Optional("scope", principal.Scope?.Path.Value)
            .Raw("<roles>"u8);
        foreach (var role in principal.Roles)
        {
            xml.Element("role", role);
        }

        xml.Raw("</roles>"u8).Optional("client", principal.Token?.Client.Id.Value);
        if (principal.OAuthScopes is { } oauthScopes)
        {
            xml.Raw("<oauthScopes>"u8);
            foreach (var oauthScope in oauthScopes)
            {
                xml.Element("oauthScope", oauthScope);
            }

            xml.Raw("</oauthScopes>"u8);
        }

        xml.Raw("</Session>"u8);
    }

    private static void WriteSession(Utf8JsonWriter json, LiveSession live)
    {
        var profile = live.User.Profile;
        json.WriteStartObject();
        json.WriteString("user"u8, profile.UserName);
        json.WriteString("subject"u8, live.User.Key.ToString());
        json.WriteString("displayName"u8, profile.DisplayName);
        json.WriteString("mail"u8, profile.Mail);
        json.WriteString("scope"u8, live.Scope?.Path.Value);
        json.WriteStartArray("roles"u8);
        foreach (var role in live.Roles)
        {
            json.WriteStringValue(role);
        }

        json.WriteEndArray();
        json.WriteString("handle"u8, live.Session.Handle);
        json.WriteString("created"u8, live.Session.StartedAt.UtcDateTime);
        json.WriteString("lastSeen"u8, live.SeenAt.UtcDateTime);
        json.WriteString("ends"u8, live.Session.EndsAt.UtcDateTime);
        json.WriteEndObject();
    }

    private static void WriteSession(XmlText xml, LiveSession live)
    {
        var profile = live.User.Profile;
        xml.Raw("<Session>"u8)
            .Element("user", profile.UserName)
            .Element("subject", live.User.Key.ToString())
            .Element("displayName", profile.DisplayName)
            .Optional("mail", profile.Mail)
            .Optional("scope", live.Scope?.Path.Value)
            .Raw("<roles>"u8);
        foreach (var role in live.Roles)
        {
            xml.Element("role", role);
        }

        xml.Raw("</roles>"u8)
            .Element("handle", live.Session.Handle)
            .Element("created", Instant(live.Session.StartedAt))
            .Element("lastSeen", Instant(live.SeenAt))
            .Element("ends", Instant(live.Session.EndsAt))
            .Raw("</Session>"u8);
    }

    private static void WriteSessions(Utf8JsonWriter json, (IReadOnlyList<ListedSession> Sessions, string Current) list)
    {
        json.WriteStartObject();
        json.WriteStartArray("sessions"u8);
        foreach (var session in list.Sessions)
        {
            json.WriteStartObject();
            json.WriteString("handle"u8, session.Entry.Handle);
            json.WriteBoolean("current"u8, session.Entry.Handle == list.Current);
            json.WriteString("address"u8, session.Entry.Address);
            json.WriteString("userAgent"u8, session.Entry.UserAgent);
            json.WriteString("scope"u8, session.Scope?.Value);
            json.WriteString("created"u8, session.Entry.StartedAt.UtcDateTime);
            json.WriteString("lastSeen"u8, session.SeenAt.UtcDateTime);
            json.WriteString("ends"u8, session.Entry.EndsAt.UtcDateTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSessions(XmlText xml, (IReadOnlyList<ListedSession> Sessions, string Current) list)
    {
        xml.Raw("<Sessions>"u8);
        foreach (var session in list.Sessions)
        {
            xml.Raw("<Session>"u8)
                .Element("handle", session.Entry.Handle)
                .Element("current", session.Entry.Handle == list.Current ? "true" : "false")
                .Element("address", session.Entry.Address)
                .Element("userAgent", session.Entry.UserAgent)
                .Optional("scope", session.Scope?.Value)
                .Element("created", Instant(session.Entry.StartedAt))
                .Element("lastSeen", Instant(session.SeenAt))
                .Element("ends", Instant(session.Entry.EndsAt))
                .Raw("</Session>"u8);
        }

        xml.Raw("</Sessions>"u8);
    }

    /// <summary>An instant as both formats write it (RFC 3339, UTC).</summary>
    private static string Instant(DateTimeOffset value) => JsonSerializer.SerializeToElement(value.UtcDateTime).GetString()!;
}
