using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Platform.Api.Policies.Decisions;
using Platform.Api.Policies.Subjects;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.AuthZen;

/// <summary>One evaluation of AuthZEN 1.0 §6, read: whether this subject may do this action on this resource.</summary>
/// <param name="Asked">The request that it stands for; null: of a kind that nothing is known of here, and so is refused.</param>
/// <param name="Service">The service that is named; null: the one with the URL's host.</param>
/// <param name="Unknown">With no <paramref name="Asked"/>: what nothing is known of.</param>
internal sealed record AuthZenRequest(AskedRequest? Asked, ServiceName? Service, string? Unknown)
{
    private const int MaxText = 16 * 1024;

    /// <summary>Reads an evaluation.</summary>
    /// <param name="own">The evaluation.</param>
    /// <param name="shared">Where what it lacks is taken from (§7.1); its own object for a single one.</param>
    /// <param name="request">What it asks.</param>
    /// <param name="fault">What is malformed.</param>
    public static bool TryRead(
        JsonElement own, JsonElement shared, [NotNullWhen(true)] out AuthZenRequest? request, [NotNullWhen(false)] out string? fault)
    {
        request = null;
        if (own.ValueKind != JsonValueKind.Object)
        {
            fault = "an evaluation is an object";
            return false;
        }

        if (!TryFindText(own, shared, "subject", "type", out var subjectType, out fault)
            || !TryFindText(own, shared, "subject", "id", out var subjectId, out fault)
            || !TryFindText(own, shared, "action", "name", out var action, out fault)
            || !TryFindText(own, shared, "resource", "type", out var resourceType, out fault)
            || !TryFindText(own, shared, "resource", "id", out var resourceId, out fault))
        {
            return false;
        }

        ServiceName? service = null;
        if (Properties(own, shared, "resource") is { } ofResource && FindText(ofResource, "service") is { } named)
        {
            if (!ServiceName.TryParse(named, out var parsed))
            {
                fault = "resource.properties.service: " + ServiceName.Grammar;
                return false;
            }

            service = parsed;
        }

        if (resourceType != "url" || !AskedRequest.IsMethod(action))
        {
            request = new AuthZenRequest(null, service, resourceType != "url" ? "Resources are of the type 'url'." : "Actions are methods.");
            return true;
        }

        if (!TryReadSubject(subjectType, subjectId, Properties(own, shared, "subject"), out var subject, out var unknown, out fault))
        {
            return false;
        }

        if (!TryReadContext(Part(own, shared, "context"), out var address, out var at, out fault))
        {
            return false;
        }

        RequestUrl.TryNormalise(resourceId, out var url, out var refusal);
        request = subject is null
            ? new AuthZenRequest(null, service, unknown)
            : new AuthZenRequest(new AskedRequest(action, resourceId, url, refusal, subject, address, at), service, null);
        return true;
    }

    private static bool TryReadSubject(
        string type, string id, JsonElement? properties, out SupposedSubject? subject, out string? unknown, [NotNullWhen(false)] out string? fault)
    {
        (subject, unknown, fault) = (null, null, null);
        ClientId? client = null;
        if ((type == "client" ? id : FindText(properties, "client")) is { } named)
        {
            if (!ClientId.TryParse(named, out var parsed))
            {
                fault = "a client's id has 1 to 128 printable ASCII characters without blanks";
                return false;
            }

            client = parsed;
        }

        DateTimeOffset? authenticatedAt = null;
        if (FindText(properties, "authenticated_at") is { } text)
        {
            if (!PolicyTerms.TryReadInstant(text, out var instant))
            {
                fault = "subject.properties.authenticated_at: " + PolicyTerms.InstantGrammar;
                return false;
            }

            authenticatedAt = instant;
        }

        var call = new SupposedCall(client, FindTexts(properties, "oauth_scopes"), authenticatedAt, FindText(properties, "acr"));
        switch (type)
        {
            case "user":
                subject = new SupposedSubject(id, null, call);
                break;
            case "client":
                subject = new SupposedSubject(null, client, call);
                break;
            case "anonymous":
                subject = SupposedSubject.Nobody;
                break;
            default:
                unknown = "Subjects are of the types 'user', 'client' and 'anonymous'.";
                break;
        }

        return true;
    }

    private static bool TryReadContext(JsonElement? context, out IPAddress? address, out DateTimeOffset? at, [NotNullWhen(false)] out string? fault)
    {
        (address, at, fault) = (null, null, null);
        if (FindText(context, "address") is { } given && !IPAddress.TryParse(given, out address))
        {
            fault = "context.address is no address";
            return false;
        }

        if (FindText(context, "time") is { } text)
        {
            if (!PolicyTerms.TryReadInstant(text, out var instant))
            {
                fault = "context.time: " + PolicyTerms.InstantGrammar;
                return false;
            }

            at = instant;
        }

        return true;
    }

    /// <summary>An entity of an evaluation: its own, or else the shared one, never a mixture of both (§7.1).</summary>
    private static JsonElement? Part(JsonElement own, JsonElement shared, string name) =>
        own.TryGetProperty(name, out var part) || shared.TryGetProperty(name, out part) ? part : null;

    private static JsonElement? Properties(JsonElement own, JsonElement shared, string name) =>
        Part(own, shared, name) is { ValueKind: JsonValueKind.Object } part && part.TryGetProperty("properties", out var properties) ? properties : null;

    private static bool TryFindText(
        JsonElement own, JsonElement shared, string name, string member, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? fault)
    {
        text = FindText(Part(own, shared, name), member);
        fault = text is { Length: > 0 and <= MaxText } ? null : $"{name}.{member} is missing, or no text";
        return fault is null;
    }

    private static string? FindText(JsonElement? part, string member) =>
        part is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static List<string>? FindTexts(JsonElement? part, string member) =>
        part is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : null;
}
