using System.Collections.Immutable;
using System.Text.Json;
using Platform.Grains.OAuth;
using Platform.Grains.Runs;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Tokens;

/// <summary>
/// The claims of an access token (RFC 9068), and of what it hangs on: <c>fam</c> its family or <c>run</c> its run, <c>cep</c> the client's epoch,
/// <c>cxe</c> the context's. The token itself is stored nowhere.
/// </summary>
internal sealed record AccessToken
{
    /// <summary>The <c>jti</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The <c>sub</c>: the user as the client knows them, or the client.</summary>
    public required string Subject { get; init; }

    /// <summary>The <c>client_id</c>.</summary>
    public required ClientId Client { get; init; }

    /// <summary>The client's revocation epoch.</summary>
    public required long ClientEpoch { get; init; }

    /// <summary>The family; null for a client's own token, and for one of a run.</summary>
    public required FamilyId? Family { get; init; }

    /// <summary>The run that it was given to; null: none.</summary>
    public RunId? Run { get; init; }

    /// <summary>The OAuth scopes.</summary>
    public required ImmutableArray<string> OAuthScopes { get; init; }

    /// <summary>The <c>aud</c>.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>The VO or VRE; null: none.</summary>
    public ScopePath? Context { get; init; }

    /// <summary>The context's revocation epoch.</summary>
    public long ContextEpoch { get; init; }

    /// <summary>The subject's roles in the context when the token was made.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>When it was made (UTC), whole seconds.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it is over (UTC), whole seconds.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>When the user logged in (UTC); null for a client's own token.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary>How; null for a client's own token.</summary>
    public string? Acr { get; init; }

    /// <summary>The public name of the session; null: none.</summary>
    public string? SessionHandle { get; init; }

    /// <summary>The thumbprint of the DPoP key that it is bound to; null: whoever has it may use it.</summary>
    public string? DpopThumbprint { get; init; }

    /// <summary>Who acts for the subject (RFC 8693 §4.1), a JSON text; null: nobody.</summary>
    public string? Actor { get; init; }

    /// <summary>What the check asks about.</summary>
    public TokenGrounds Grounds => new(Id, Client, ClientEpoch, Family, Context, ContextEpoch, Run);

    /// <summary>Writes the claims.</summary>
    public static void Write(Utf8JsonWriter json, (AccessToken Token, string Issuer) value)
    {
        var (token, issuer) = value;
        json.WriteStartObject();
        json.WriteString("iss"u8, issuer);
        json.WriteString("jti"u8, token.Id);
        token.WriteShared(json);
        if (token.SessionHandle is { } session)
        {
            json.WriteString("sid"u8, session);
        }

        if (token.Family is { } family)
        {
            json.WriteString("fam"u8, family.Value);
        }

        if (token.Run is { } run)
        {
            json.WriteString("run"u8, run.Value);
        }

        json.WriteNumber("cep"u8, token.ClientEpoch);
        if (token.Context is not null)
        {
            json.WriteNumber("cxe"u8, token.ContextEpoch);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the claims that everyone may know who may know the token: those of introspection too.</summary>
    public void WriteShared(Utf8JsonWriter json)
    {
        json.WriteString("sub"u8, Subject);
        WriteAudiences(json, Audiences);
        json.WriteNumber("iat"u8, IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber("exp"u8, EndsAt.ToUnixTimeSeconds());
        json.WriteString("client_id"u8, Client.Value);
        json.WriteString("scope"u8, string.Join(' ', OAuthScopes));
        if (Context is { } context)
        {
            json.WriteString("context"u8, context.Value);
            json.WriteStartArray("roles"u8);
            foreach (var role in Roles)
            {
                json.WriteStringValue(role);
            }

            json.WriteEndArray();
            WriteResourceAccess(json, context);
        }

        if (AuthenticatedAt is { } at)
        {
            json.WriteNumber("auth_time"u8, at.ToUnixTimeSeconds());
        }

        if (Acr is { Length: > 0 } acr)
        {
            json.WriteString("acr"u8, acr);
        }

        if (DpopThumbprint is { } thumbprint)
        {
            json.WriteStartObject("cnf"u8);
            json.WriteString("jkt"u8, thumbprint);
            json.WriteEndObject();
        }

        if (Actor is { } actor)
        {
            json.WritePropertyName("act"u8);
            json.WriteRawValue(actor);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote, from a token whose signature was verified; null where something is missing.</summary>
    public static AccessToken? TryRead(ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        var claims = document.RootElement;
        var context = Text(claims, "context");
        var family = Text(claims, "fam");
        var run = Text(claims, "run");
        if (Text(claims, "jti") is not { } id
            || Text(claims, "sub") is not { } subject
            || !ClientId.TryParse(Text(claims, "client_id"), out var client)
            || Number(claims, "cep") is not { } epoch
            || Number(claims, "iat") is not { } issued
            || Number(claims, "exp") is not { } ends
            || !claims.TryGetProperty("aud", out var audience))
        {
            return null;
        }

        var isOfFamily = FamilyId.TryParse(family, out var familyId);
        var isOfRun = RunId.TryParse(run, out var runId);
        var isInContext = ScopePath.TryParse(context, out var path);
        return isOfFamily == family is null || isOfRun == run is null || isInContext == context is null
            ? null
            : new AccessToken
            {
                Id = id,
                Subject = subject,
                Client = client,
                ClientEpoch = epoch,
                Family = isOfFamily ? familyId : null,
                Run = isOfRun ? runId : null,
                OAuthScopes = [.. (Text(claims, "scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                Audiences = audience.ValueKind == JsonValueKind.Array ? Texts(audience) : [audience.GetString() ?? ""],
                Context = isInContext ? path : null,
                ContextEpoch = Number(claims, "cxe") ?? 0,
                Roles = claims.TryGetProperty("roles", out var roles) ? Texts(roles) : [],
                IssuedAt = DateTimeOffset.FromUnixTimeSeconds(issued),
                EndsAt = DateTimeOffset.FromUnixTimeSeconds(ends),
                AuthenticatedAt = Number(claims, "auth_time") is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
                Acr = Text(claims, "acr"),
                SessionHandle = Text(claims, "sid"),
                DpopThumbprint = claims.TryGetProperty("cnf", out var confirmation) ? Text(confirmation, "jkt") : null,
                Actor = claims.TryGetProperty("act", out var actor) ? actor.GetRawText() : null,
            };
    }

    /// <summary>One audience as a text, several as an array (RFC 7519 §4.1.3).</summary>
    private static void WriteAudiences(Utf8JsonWriter json, ImmutableArray<string> audiences)
    {
        if (audiences.Length == 1)
        {
            json.WriteString("aud"u8, audiences[0]);
            return;
        }

        json.WriteStartArray("aud"u8);
        foreach (var audience in audiences)
        {
            json.WriteStringValue(audience);
        }

        json.WriteEndArray();
    }

    /// <summary>Where services of gCube look for roles: by the percent-encoded context, as Keycloak writes them.</summary>
    private void WriteResourceAccess(Utf8JsonWriter json, ScopePath context)
    {
        json.WriteStartObject("resource_access"u8);
        json.WriteStartObject(context.Value.Replace("/", "%2F", StringComparison.Ordinal));
        json.WriteStartArray("roles"u8);
        foreach (var role in Roles)
        {
            json.WriteStringValue(role);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static ImmutableArray<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString() ?? "")];
}
