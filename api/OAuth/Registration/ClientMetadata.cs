using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Platform.Api.Http.Outward;
using Platform.Api.OAuth.Clients;
using Platform.Grains.OAuth;

namespace Platform.Api.OAuth.Registration;

/// <summary>
/// Takes the metadata of a registration (RFC 7591 §2, OpenID Connect Registration §2) as a client's definition. Who registers gets no more than
/// anybody may have: never trusted, never legacy, no audience but the platform.
/// </summary>
internal sealed class ClientMetadata(OutwardFetch fetch)
{
    private const int MaxName = 200;

    /// <summary>The ways to authenticate, by their names in metadata.</summary>
    private static readonly Dictionary<string, ClientAuthentication> Methods = new(StringComparer.Ordinal)
    {
        ["none"] = ClientAuthentication.None,
        ["client_secret_basic"] = ClientAuthentication.SecretBasic,
        ["client_secret_post"] = ClientAuthentication.SecretPost,
        ["private_key_jwt"] = ClientAuthentication.PrivateKeyJwt,
    };

    private static readonly string[] HandedBack = ["software_id", "software_version", "initiate_login_uri"];

    /// <summary>The name of a way to authenticate.</summary>
    public static string NameOf(ClientAuthentication method) => Methods.First(pair => pair.Value == method).Key;

    /// <summary>The way to authenticate that a name stands for; null: none.</summary>
    public static ClientAuthentication? FindMethod(string? name) => name is not null && Methods.TryGetValue(name, out var method) ? method : null;

    /// <summary>The definition, without secrets; or the error that names all that is wrong.</summary>
    public async ValueTask<(ClientDefinition? Definition, OAuthError? Refusal)> ReadAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var reader = new MetadataReader(body);
        var definition = Read(reader);
        if (reader.Text("sector_identifier_uri") is { } sector && reader.ToError() is null)
        {
            definition = definition with { Sector = await ReadSectorAsync(reader, sector, definition, cancellationToken) };
        }
        else if (reader.ToError() is null && definition.PairwiseSubjects && definition.RedirectUris.Select(uri => new Uri(uri).Host).Distinct(StringComparer.OrdinalIgnoreCase).Count() > 1)
        {
            // OpenID Connect Core §8.1: which of the hosts is the sector nobody could say.
            reader.Faults.Add("subject_type pairwise with redirect_uris of several hosts needs a sector_identifier_uri");
        }

        return reader.ToError() is { } refusal ? (null, refusal) : (definition, null);
    }

    private ClientDefinition Read(MetadataReader reader)
    {
        var native = reader.OneOf("application_type", "web", "web", "native") == "native";
        var grants = ReadGrants(reader);
        var redirects = ReadRedirects(reader, "redirect_uris", native, reader.RedirectFaults);
        var byCode = grants.Contains(GrantTypes.AuthorizationCode);
        if (byCode && redirects.IsEmpty && reader.RedirectFaults.Count == 0)
        {
            reader.RedirectFaults.Add("redirect_uris is missing");
        }

        if (reader.Texts("response_types") is { } types && types.Any(type => type != "code" || !byCode))
        {
            reader.Faults.Add("response_types holds one that the platform does not have, or that the grant_types do not fit");
        }

        if (reader.Has("software_statement"))
        {
            reader.Faults.Add("a software_statement is not taken here");
        }

        var method = Methods[reader.OneOf("token_endpoint_auth_method", "client_secret_basic", [.. Methods.Keys])];
        if (method == ClientAuthentication.None && (grants.Contains(GrantTypes.ClientCredentials) || grants.Contains(GrantTypes.TokenExchange)))
        {
            reader.Faults.Add("token_endpoint_auth_method none does not fit client_credentials and token exchange");
        }

        var (keys, keysAt) = ReadKeys(reader);
        return new ClientDefinition
        {
            Name = reader.Text("client_name", MaxName) ?? "",
            ClientUri = reader.WebAddress("client_uri"),
            LogoUri = reader.WebAddress("logo_uri"),
            PolicyUri = reader.WebAddress("policy_uri"),
            TosUri = reader.WebAddress("tos_uri"),
            Contacts = reader.Texts("contacts") ?? [],
            RedirectUris = redirects,
            PostLogoutRedirectUris = ReadRedirects(reader, "post_logout_redirect_uris", native, reader.Faults),
            GrantTypes = grants,
            OAuthScopes = ReadOAuthScopes(reader),
            Authentication = method,
            Jwks = keys,
            JwksUri = keysAt,
            RequirePkce = reader.Flag("require_pkce", true) || method == ClientAuthentication.None,
            RequirePushedRequests = reader.Flag("require_pushed_authorization_requests", false),
            DpopBound = reader.Flag("dpop_bound_access_tokens", false),
            SigningAlgorithm = reader.OneOf(
                "id_token_signed_response_alg", byCode ? SecurityAlgorithms.RsaSha256 : SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256),
            PairwiseSubjects = reader.OneOf("subject_type", "public", "public", "pairwise") == "pairwise",
            BackchannelLogoutUri = ReadOutward(reader, "backchannel_logout_uri"),
            BackchannelLogoutSessionRequired = reader.Flag("backchannel_logout_session_required", false),
            DefaultMaxAge = reader.Seconds("default_max_age"),
            RequireAuthTime = reader.Flag("require_auth_time", false),
            DefaultAcrValues = reader.Texts("default_acr_values") ?? [],
            Native = native,
            OtherMetadata = ReadOthers(reader),
        };
    }

    private static ImmutableArray<string> ReadGrants(MetadataReader reader)
    {
        var grants = reader.Texts("grant_types") ?? [GrantTypes.AuthorizationCode];
        if (grants.Any(grant => grant == GrantTypes.Password || !GrantTypes.All.Contains(grant)))
        {
            reader.Faults.Add("grant_types holds one that there is not, or that is not for registered clients");
        }

        return grants;
    }

    private static ImmutableArray<string> ReadRedirects(MetadataReader reader, string name, bool native, List<string> faults)
    {
        var uris = reader.Texts(name, faults) ?? [];
        foreach (var fault in uris.Select(uri => RedirectUris.FindFault(uri, native)).OfType<string>().Distinct())
        {
            faults.Add($"{name}: {fault}");
        }

        return uris;
    }

    /// <summary>What the platform does not have is left out, and the answer says what is left (RFC 7591 §2).</summary>
    private static ImmutableArray<string> ReadOAuthScopes(MetadataReader reader)
    {
        if (!reader.Has("scope"))
        {
            return [.. OAuthScopes.Fixed.Except(OAuthScopes.ByOperator), OAuthScopes.AnyContext];
        }

        var names = (reader.Text("scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct();
        return [.. names.Except(OAuthScopes.ByOperator).Where(name => OAuthScopes.Fixed.Contains(name) || name.StartsWith(OAuthScopes.ContextPrefix, StringComparison.Ordinal))];
    }

    private (string? Set, string? Address) ReadKeys(MetadataReader reader)
    {
        var set = reader.Object("jwks");
        var address = ReadOutward(reader, "jwks_uri");
        return (set, address);
    }

    /// <summary>An address that the platform will call.</summary>
    private string? ReadOutward(MetadataReader reader, string name)
    {
        var address = reader.Text(name);
        if (address is not null && !fetch.IsAcceptable(address))
        {
            reader.Faults.Add($"{name} is no https address without user information and fragment");
        }

        return address;
    }

    /// <summary>OpenID Connect Registration §5: the list at the address holds all redirect URIs, or the client would borrow another's sector.</summary>
    private async ValueTask<string?> ReadSectorAsync(MetadataReader reader, string address, ClientDefinition definition, CancellationToken cancellationToken)
    {
        var listed = await fetch.GetAsync(address, cancellationToken) is { } answer ? ReadList(answer) : null;
        if (listed is null || definition.RedirectUris.Any(uri => !listed.Contains(uri)))
        {
            reader.Faults.Add("sector_identifier_uri does not list all redirect_uris");
            return null;
        }

        return new Uri(address).Host;
    }

    private static HashSet<string>? ReadList(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<HashSet<string>>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? ReadOthers(MetadataReader reader)
    {
        var others = HandedBack.Select(name => (Name: name, Text: reader.Text(name, 256))).Where(other => other.Text is not null).ToArray();
        return others.Length == 0 ? null : JsonSerializer.Serialize(others.ToDictionary(other => other.Name, other => other.Text));
    }

    /// <summary>Writes a client's metadata, the members of an object.</summary>
    public static void Write(Utf8JsonWriter json, ClientDefinition client)
    {
        WriteText(json, "client_name", client.Name.Length > 0 ? client.Name : null);
        WriteText(json, "client_uri", client.ClientUri);
        WriteText(json, "logo_uri", client.LogoUri);
        WriteText(json, "policy_uri", client.PolicyUri);
        WriteText(json, "tos_uri", client.TosUri);
        WriteTexts(json, "contacts", client.Contacts);
        WriteTexts(json, "redirect_uris", client.RedirectUris);
        WriteTexts(json, "post_logout_redirect_uris", client.PostLogoutRedirectUris);
        json.WriteString("application_type"u8, client.Native ? "native" : "web");
        WriteTexts(json, "grant_types", client.GrantTypes, always: true);
        WriteTexts(json, "response_types", client.GrantTypes.Contains(GrantTypes.AuthorizationCode) ? ["code"] : [], always: true);
        json.WriteString("scope"u8, string.Join(' ', client.OAuthScopes));
        json.WriteString("token_endpoint_auth_method"u8, NameOf(client.Authentication));
        WriteText(json, "jwks_uri", client.JwksUri);
        if (client.Jwks is { } keys)
        {
            json.WritePropertyName("jwks"u8);
            json.WriteRawValue(keys);
        }

        json.WriteBoolean("require_pkce"u8, client.RequirePkce);
        json.WriteBoolean("require_pushed_authorization_requests"u8, client.RequirePushedRequests);
        json.WriteBoolean("dpop_bound_access_tokens"u8, client.DpopBound);
        json.WriteString("id_token_signed_response_alg"u8, client.SigningAlgorithm);
        json.WriteString("subject_type"u8, client.PairwiseSubjects ? "pairwise" : "public");
        WriteText(json, "backchannel_logout_uri", client.BackchannelLogoutUri);
        json.WriteBoolean("backchannel_logout_session_required"u8, client.BackchannelLogoutSessionRequired);
        if (client.DefaultMaxAge is { } age)
        {
            json.WriteNumber("default_max_age"u8, (long)age.TotalSeconds);
        }

        json.WriteBoolean("require_auth_time"u8, client.RequireAuthTime);
        WriteTexts(json, "default_acr_values", client.DefaultAcrValues);
        if (client.OtherMetadata is { } others)
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(others));
            foreach (var other in document.RootElement.EnumerateObject())
            {
                other.WriteTo(json);
            }
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts, bool always = false)
    {
        if (texts.IsEmpty && !always)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
