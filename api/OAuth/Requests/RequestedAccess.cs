using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;
using Platform.Api.Http.Wire;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;

namespace Platform.Api.OAuth.Requests;

/// <summary>
/// What a request asks a token for: OAuth scopes, a context (a VO or VRE) and audiences. The context may come as the header
/// <c>X-D4Science-Context</c>, the OAuth scope <c>d4s-context:/infra/VO/VRE</c>, the parameter <c>audience</c> (a path, percent-encoded once more
/// perhaps, as D4Science's clients do) or a resource indicator <c>{issuer}/scopes/infra/VO/VRE</c> (RFC 8707); two that differ are refused.
/// </summary>
/// <param name="OAuthScopes">The OAuth scopes as asked for, without doubles; null: none were named.</param>
/// <param name="Context">The context; null: none was named.</param>
/// <param name="ContextByOAuthScope">Whether an OAuth scope names it, so that a refusal is <c>invalid_scope</c> and not <c>invalid_target</c>.</param>
/// <param name="Audiences">Audiences other than the platform itself.</param>
/// <param name="ForPlatform">Whether the platform itself was named as an audience.</param>
internal sealed record RequestedAccess(
    ImmutableArray<string>? OAuthScopes,
    ScopePath? Context,
    bool ContextByOAuthScope,
    ImmutableArray<string> Audiences,
    bool ForPlatform)
{
    /// <summary>The header that names a context.</summary>
    public const string Header = "X-D4Science-Context";

    private const int MaxScopes = 64;

    /// <summary>The audiences as an authorization keeps them: none stands for the platform itself.</summary>
    public ImmutableArray<string> AudiencesFor(string issuer) => ForPlatform && !Audiences.IsEmpty ? Audiences.Insert(0, issuer) : Audiences;

    /// <summary>Reads a request.</summary>
    /// <param name="header">The values of <see cref="Header"/>.</param>
    /// <param name="parameters">The request's parameters: <c>scope</c>, <c>audience</c>, <c>resource</c>.</param>
    /// <param name="issuer">The platform.</param>
    public static (RequestedAccess? Asked, OAuthError? Refusal) Read(StringValues header, Parameters parameters, string issuer)
    {
        var reading = new Reading(issuer);
        var fault = reading.TakeScopes(parameters.Find("scope"))
            ?? reading.TakeHeader(header)
            ?? reading.TakeAudience(parameters.Find("audience"))
            ?? reading.TakeResource(parameters.Find("resource"));
        return fault is null ? (reading.ToRequest(), null) : (null, fault);
    }

    /// <summary>Whether the client may ask for all of it; the error otherwise.</summary>
    public OAuthError? FindExcess(ClientDefinition client)
    {
        foreach (var oauthScope in OAuthScopes ?? [])
        {
            if (!IsAllowed(client, oauthScope))
            {
                return OAuthError.InvalidScope("The client may not ask for one of these OAuth scopes.");
            }
        }

        return Audiences.Any(audience => !client.Audiences.Contains(audience))
            ? OAuthError.InvalidTarget("The client may not ask for tokens for this audience.")
            : null;
    }

    /// <summary>Whether a client may ask for an OAuth scope.</summary>
    public static bool IsAllowed(ClientDefinition client, string oauthScope) =>
        client.OAuthScopes.Contains(oauthScope)
        || (oauthScope.StartsWith(OAuth.OAuthScopes.ContextPrefix, StringComparison.Ordinal) && client.OAuthScopes.Contains(OAuth.OAuthScopes.AnyContext));

    /// <summary>
    /// The scope that the tokens will be for: the one asked for, else <paramref name="otherwise"/> where it may still be entered. Only a
    /// member gets it.
    /// </summary>
    public (ScopeSnapshot? Context, OAuthError? Refusal) FindContext(ScopeAccess access, ScopePath? otherwise)
    {
        if (Context is not { } asked)
        {
            return (otherwise is { } current && access.MayEnter(current) ? access.Scopes.Find(current) : null, null);
        }

        // A context that is not there is answered like one that is not theirs: nobody probes for hidden ones.
        const string refusal = "There is no such context that the token may be for.";
        return access.MayEnter(asked)
            ? (access.Scopes.Find(asked), null)
            : (null, ContextByOAuthScope ? OAuthError.InvalidScope(refusal) : OAuthError.InvalidTarget(refusal));
    }

    private sealed class Reading(string issuer)
    {
        private readonly List<string> _audiences = [];
        private List<string>? _oauthScopes;
        private ScopePath? _context;
        private bool _byOAuthScope;
        private bool _forPlatform;

        public RequestedAccess ToRequest() => new(_oauthScopes is null ? null : [.. _oauthScopes], _context, _byOAuthScope, [.. _audiences], _forPlatform);

        public OAuthError? TakeScopes(string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return null;
            }

            _oauthScopes = [];
            foreach (var name in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                // RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ).
                if (name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.AsSpan().ContainsAny('"', '\\'))
                {
                    return OAuthError.InvalidScope("An OAuth scope holds a character that none may hold.");
                }

                if (_oauthScopes.Contains(name))
                {
                    continue;
                }

                if (_oauthScopes.Count == MaxScopes)
                {
                    return OAuthError.InvalidScope("There are too many OAuth scopes.");
                }

                _oauthScopes.Add(name);
                if (name.StartsWith(OAuth.OAuthScopes.ContextPrefix, StringComparison.Ordinal))
                {
                    if (!TryParseContext(name[OAuth.OAuthScopes.ContextPrefix.Length..], out var path))
                    {
                        return OAuthError.InvalidScope("An OAuth scope d4s-context: names no scope of the infrastructure.");
                    }

                    _byOAuthScope = true;
                    if (TakeContext(path) is { } fault)
                    {
                        return fault;
                    }
                }
            }

            return null;
        }

        public OAuthError? TakeHeader(StringValues header)
        {
            if (StringValues.IsNullOrEmpty(header))
            {
                return null;
            }

            return header.Count == 1 && TryParseContext(header[0]!, out var path)
                ? TakeContext(path)
                : OAuthError.InvalidTarget("The header X-D4Science-Context names no scope of the infrastructure.");
        }

        public OAuthError? TakeAudience(string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return null;
            }

            if (text[0] is '/' or '%')
            {
                return TryParseContext(text, out var path) ? TakeContext(path) : OAuthError.InvalidTarget("The audience names no scope of the infrastructure.");
            }

            return TakeAudienceName(text);
        }

        public OAuthError? TakeResource(string? text)
        {
            if (string.IsNullOrEmpty(text))
            {
                return null;
            }

            // RFC 8707 §2: an absolute URI without a fragment.
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || text.Contains('#', StringComparison.Ordinal) || text[0] == '/')
            {
                return OAuthError.InvalidTarget("The resource is no absolute URI without a fragment.");
            }

            var scopes = issuer + "/scopes/";
            if (text.StartsWith(scopes, StringComparison.Ordinal))
            {
                return TryParseContext(text[(scopes.Length - 1)..], out var path) ? TakeContext(path) : OAuthError.InvalidTarget("The resource names no scope of the infrastructure.");
            }

            return TakeAudienceName(uri.AbsoluteUri == issuer + "/" ? issuer : text);
        }

        private OAuthError? TakeAudienceName(string name)
        {
            if (name.Length > 512 || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                return OAuthError.InvalidTarget("An audience is 1 to 512 printable ASCII characters without blanks.");
            }

            if (name.TrimEnd('/') == issuer)
            {
                _forPlatform = true;
            }
            else if (!_audiences.Contains(name))
            {
                _audiences.Add(name);
            }

            return null;
        }

        private OAuthError? TakeContext(ScopePath path)
        {
            if (_context is { } other && other != path)
            {
                return OAuthError.InvalidRequest("The request names two different contexts.");
            }

            _context = path;
            return null;
        }

        /// <summary>D4Science's clients percent-encode the path once more than the form does; names hold no percent sign.</summary>
        private static bool TryParseContext(string text, out ScopePath path) =>
            ScopePath.TryParse(text, out path) || ScopePath.TryParse(Uri.UnescapeDataString(text), out path);
    }
}
