using System.Collections.Immutable;
using Platform.Api.Scopes.Import;
using Platform.Grains.OAuth;
using Platform.Grains.OAuth.Import;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.OAuth.Clients.Import;

/// <summary>Reads one client of the file: the names of RFC 7591 and OpenID Connect Registration where those have one, ours otherwise.</summary>
internal sealed class ClientEntry
{
    private const int MaxText = 2000;
    private const int MaxJson = 64 * 1024;
    private const int MaxSecret = 1024;

    private readonly EntryReader _entry;
    private readonly List<ImportProblem> _problems;
    private readonly List<Func<ClientDefinition, ClientDefinition>> _edits = [];

    private ClientEntry(EntryReader entry, List<ImportProblem> problems)
    {
        _entry = entry;
        _problems = problems;
    }

    /// <summary>All keys of a client.</summary>
    internal static IReadOnlyList<string> Keys { get; } =
    [
        "client_id", "client_name", "client_uri", "policy_uri", "tos_uri", "logo_uri", "contacts", "application_type", "redirect_uris",
        "post_logout_redirect_uris", "grant_types", "scope", "audiences", "token_endpoint_auth_method", "client_secret", "client_secret_hashes",
        "jwks", "jwks_uri", "require_pkce", "require_pushed_authorization_requests", "dpop_bound_access_tokens", "legacy", "trusted", "suspended",
        "access_token_lifetime", "id_token_lifetime", "refresh_token_idle_lifetime", "refresh_token_lifetime", "rotate_refresh_tokens",
        "id_token_signed_response_alg", "subject_type", "sector", "backchannel_logout_uri", "backchannel_logout_session_required", "origins",
        "default_max_age", "require_auth_time", "default_acr_values", "requests_per_second", "request_burst", "registration_token_hash",
        "other_metadata", "remove",
    ];

    /// <summary>Reads a client; null where it has no id that could be one.</summary>
    internal static ImportedClient? Read(EntryReader entry, List<ImportProblem> problems) => new ClientEntry(entry, problems).Read();

    private ImportedClient? Read()
    {
        var id = ReadId();
        var remove = _entry.Truth("remove") is { Value: true };
        foreach (var key in Keys.Where(key => remove && _entry.Has(key) && key is not ("client_id" or "remove")))
        {
            _entry.Report(key, "a client that is removed has no attributes");
        }

        ReadDescription();
        ReadGrants();
        ReadAuthentication();
        ReadTokens();
        var secret = ReadSecret();
        var suspended = _entry.Truth("suspended");
        return id is { } known
            ? new ImportedClient(known, _entry.PlaceOf("client_id")) { Remove = remove, Suspended = suspended, Edits = _edits, Secret = secret, FindProblems = FindProblems }
            : null;
    }

    private ClientId? ReadId()
    {
        if (_entry.Required("client_id", MaxText) is not { } text)
        {
            return null;
        }

        if (ClientId.TryParse(text, out var id))
        {
            return id;
        }

        _entry.Report("client_id", $"a client's id is 1 to {ClientId.MaxLength} printable ASCII characters without blanks");
        return null;
    }

    private void ReadDescription()
    {
        Text("client_name", (client, value) => client with { Name = value ?? "" }, nullable: false);
        Text("client_uri", (client, value) => client with { ClientUri = value });
        Text("policy_uri", (client, value) => client with { PolicyUri = value });
        Text("tos_uri", (client, value) => client with { TosUri = value });
        Text("logo_uri", (client, value) => client with { LogoUri = value });
        Texts("contacts", (client, value) => client with { Contacts = value });
        OneOf("application_type", ["web", "native"], (client, value) => client with { Native = value == "native" });
        Json("other_metadata", (client, value) => client with { OtherMetadata = value });
        Hash("registration_token_hash", (client, value) => client with { RegistrationTokenHash = value });
    }

    private void ReadGrants()
    {
        Texts("redirect_uris", (client, value) => client with { RedirectUris = value });
        Texts("post_logout_redirect_uris", (client, value) => client with { PostLogoutRedirectUris = value });
        Texts("grant_types", (client, value) => client with { GrantTypes = value });
        Texts("audiences", (client, value) => client with { Audiences = value });
        Texts("origins", (client, value) => client with { Origins = value });
        Text("scope", (client, value) => client with { OAuthScopes = [.. (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)] });
        Truth("require_pkce", (client, value) => client with { RequirePkce = value });
        Truth("require_pushed_authorization_requests", (client, value) => client with { RequirePushedRequests = value });
        Truth("legacy", (client, value) => client with { Legacy = value });
        Truth("trusted", (client, value) => client with { Trusted = value });
        Text("backchannel_logout_uri", (client, value) => client with { BackchannelLogoutUri = value });
        Truth("backchannel_logout_session_required", (client, value) => client with { BackchannelLogoutSessionRequired = value });
    }

    private void ReadAuthentication()
    {
        OneOf("token_endpoint_auth_method", [.. ClientFileTerms.Authentications.Keys], (client, value) =>
        {
            var next = client with { Authentication = ClientFileTerms.Authentications[value] };

            // A client that turns to another way leaves its secrets behind; the file may give new ones.
            return next.Authentication is ClientAuthentication.SecretBasic or ClientAuthentication.SecretPost ? next : next with { Secrets = [] };
        });
        Json("jwks", (client, value) => client with { Jwks = value });
        Text("jwks_uri", (client, value) => client with { JwksUri = value });
        Truth("dpop_bound_access_tokens", (client, value) => client with { DpopBound = value });
        if (_entry.Texts("client_secret_hashes", 8, MaxText) is { } hashes)
        {
            var secrets = ImmutableArray.CreateBuilder<ClientSecret>();
            foreach (var (text, place) in hashes)
            {
                if (ClientFileTerms.TryReadHash(text, out var secret))
                {
                    secrets.Add(secret);
                }
                else
                {
                    _problems.Add(new ImportProblem(place, "it is neither '$pbkdf2-sha512$i=…' nor 'sha256:' with 64 lower-case hexadecimal digits"));
                }
            }

            var all = secrets.ToImmutable();

            // Hashes that are kept already keep their end, too.
            _edits.Add(client => client.Secrets.Select(ClientFileTerms.Write).SequenceEqual(all.Select(ClientFileTerms.Write)) ? client : client with { Secrets = all });
        }
    }

    private void ReadTokens()
    {
        Seconds("access_token_lifetime", (client, value) => client with { AccessTokenLifetime = value });
        Seconds("id_token_lifetime", (client, value) => client with { IdTokenLifetime = value });
        Seconds("refresh_token_idle_lifetime", (client, value) => client with { RefreshTokenIdleLifetime = value });
        Seconds("refresh_token_lifetime", (client, value) => client with { RefreshTokenLifetime = value });
        Seconds("default_max_age", (client, value) => client with { DefaultMaxAge = value });
        Truth("rotate_refresh_tokens", (client, value) => client with { RotateRefreshTokens = value });
        Truth("require_auth_time", (client, value) => client with { RequireAuthTime = value });
        Texts("default_acr_values", (client, value) => client with { DefaultAcrValues = value });
        OneOf("id_token_signed_response_alg", ["ES256", "RS256"], (client, value) => client with { SigningAlgorithm = value });
        OneOf("subject_type", ["public", "pairwise"], (client, value) => client with { PairwiseSubjects = value == "pairwise" });
        Text("sector", (client, value) => client with { Sector = value });
        Number("requests_per_second", (client, value) => client with { RequestsPerSecond = value });
        Number("request_burst", (client, value) => client with { RequestBurst = value });
    }

    private ImportedSecret? ReadSecret()
    {
        // Its own reading: no message may quote a secret.
        switch (_entry.Find("client_secret"))
        {
            case null:
                return null;
            case ScalarNode { Kind: ScalarKind.Text or ScalarKind.Plain, Text: { Length: > 0 and <= MaxSecret } text } when text.All(character => character is >= ' ' and <= '~'):
                if (_entry.Has("client_secret_hashes"))
                {
                    _entry.Report("client_secret", "a client has 'client_secret' or 'client_secret_hashes', not both");
                }

                return new ImportedSecret(text);
            default:
                _entry.Report("client_secret", $"a secret is text of 1 to {MaxSecret} printable ASCII characters (RFC 6749 appendix A.2)");
                return null;
        }
    }

    /// <summary>All that is wrong with the client as it would be, at the key that is at fault, or at the client where the file does not give it.</summary>
    private IReadOnlyList<ImportProblem> FindProblems(ClientDefinition client) =>
        [.. ClientRules.FindFaults(client).Select(fault => new ImportProblem(_entry.PlaceOf(fault.Member), _entry.Has(fault.Member) ? fault.Message : $"{fault.Member}: {fault.Message}"))];

    private void Text(string key, Func<ClientDefinition, string?, ClientDefinition> edit, bool nullable = true)
    {
        if (_entry.Text(key, MaxText, nullable) is { } given)
        {
            _edits.Add(client => edit(client, given.Value));
        }
    }

    private void Texts(string key, Func<ClientDefinition, ImmutableArray<string>, ClientDefinition> edit)
    {
        if (_entry.Texts(key, 200, MaxText) is { } texts)
        {
            ImmutableArray<string> values = [.. texts.Select(item => item.Text)];
            _edits.Add(client => edit(client, values));
        }
    }

    private void Truth(string key, Func<ClientDefinition, bool, ClientDefinition> edit)
    {
        if (_entry.Truth(key) is { } given)
        {
            _edits.Add(client => edit(client, given.Value));
        }
    }

    private void OneOf(string key, string[] words, Func<ClientDefinition, string, ClientDefinition> edit)
    {
        if (_entry.Text(key, MaxText, nullable: false) is not { Value: { } text })
        {
            return;
        }

        if (words.Contains(text))
        {
            _edits.Add(client => edit(client, text));
        }
        else
        {
            _entry.Report(key, $"'{text}' is none of {string.Join(", ", words)}");
        }
    }

    private void Number(string key, Func<ClientDefinition, int?, ClientDefinition> edit)
    {
        if (_entry.Number(key) is { } given)
        {
            _edits.Add(client => edit(client, given.Value));
        }
    }

    private void Seconds(string key, Func<ClientDefinition, TimeSpan?, ClientDefinition> edit) =>
        Number(key, (client, value) => edit(client, value is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

    private void Hash(string key, Func<ClientDefinition, string?, ClientDefinition> edit)
    {
        if (_entry.Text(key, MaxText, nullable: true) is not { } given)
        {
            return;
        }

        if (given.Value is null || ClientFileTerms.IsSha256(given.Value))
        {
            _edits.Add(client => edit(client, given.Value));
        }
        else
        {
            _entry.Report(key, "it is SHA-256, 64 lower-case hexadecimal digits");
        }
    }

    /// <summary>A JSON value, in the file's own notation or as text.</summary>
    private void Json(string key, Func<ClientDefinition, string?, ClientDefinition> edit)
    {
        switch (_entry.Find(key))
        {
            case null:
                break;
            case MapNode map:
                var json = JsonText.Write(map);
                _edits.Add(client => edit(client, json));
                break;
            default:
                if (_entry.Text(key, MaxJson, nullable: true) is { } given)
                {
                    _edits.Add(client => edit(client, given.Value));
                }

                break;
        }
    }
}
