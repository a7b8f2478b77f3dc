using System.Globalization;
using System.Text;
using Platform.Api.OAuth.Clients.Import;
using Platform.Grains.OAuth;
using Platform.Grains.Scopes;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Scopes.Import;

/// <summary>
/// Writes a file that imports to what was exported. Every attribute is written, also where it has its default, so that the file
/// brings a scope or membership back to this state from any other.
/// </summary>
internal static class ScopeFileWriter
{
    /// <summary>Writes the file in UTF-8 without a byte-order mark.</summary>
    /// <param name="export">What to write.</param>
    /// <param name="format">The format.</param>
    /// <param name="voms">Whether memberships are written as VOMS names.</param>
    internal static string Write(ScopeExport export, ScopeFileFormat format, bool voms)
    {
        var layout = format == ScopeFileFormat.Json ? FileLayout.Json : FileLayout.Yaml;
        var text = new StringBuilder(layout.Open);
        WriteList(text, layout, "scopes", [.. export.Scopes.Select(Describe)]);
        text.Append(layout.BetweenLists);
        if (export.Clients.Count > 0)
        {
            WriteList(text, layout, "clients", [.. export.Clients.Select(Describe)]);
            text.Append(layout.BetweenLists);
        }

        WriteList(text, layout, "memberships", [.. export.Memberships.Select(membership => voms ? DescribeAsVoms(membership) : Describe(membership))]);
        return text.Append(layout.Close).ToString();
    }

    private static (string Key, string Value)[] Describe(ScopeSnapshot scope) =>
    [
        ("scope", Quote(scope.Path.Value)),
        ("name", Quote(scope.Path.Name)),
        ("type", Quote(ScopeFileTerms.TypeOf(scope.Path.Kind))),
        ("parent", Quote(scope.Path.Parent?.Value)),
        ("description", Quote(scope.Description)),
        ("displayName", Quote(scope.DisplayName == scope.Path.Name ? null : scope.DisplayName)),
        ("visibility", Quote(ScopeFileTerms.VisibilityOf(scope.Visibility))),
        ("anonymous", QuoteAll(scope.AnonymousOperations)),
        ("suspended", Truth(scope.Suspended)),
        ("endsAt", Quote(scope.EndsAt)),
        ("admission", Quote(ScopeFileTerms.AdmissionOf(scope.Admission))),
        ("startsAt", Quote(scope.StartsAt)),
        ("archived", Truth(scope.Archived)),
    ];

    private static (string Key, string Value)[] Describe(ExportedMembership membership) =>
    [
        DescribeMember(membership.User),
        ("scope", Quote(membership.Membership.Scope.Value)),
        ("roles", QuoteAll(membership.Membership.Roles)),
        ("until", Quote(membership.Membership.Until)),
        ("suspended", Truth(membership.Membership.Suspended)),
    ];

    private static (string Key, string Value)[] Describe(ClientSnapshot client)
    {
        var definition = client.Definition;
        return
        [
            ("client_id", Quote(client.Id.Value)),
            ("client_name", Quote(definition.Name)),
            ("client_uri", Quote(definition.ClientUri)),
            ("policy_uri", Quote(definition.PolicyUri)),
            ("tos_uri", Quote(definition.TosUri)),
            ("logo_uri", Quote(definition.LogoUri)),
            ("contacts", QuoteAll(definition.Contacts)),
            ("application_type", Quote(definition.Native ? "native" : "web")),
            ("redirect_uris", QuoteAll(definition.RedirectUris)),
            ("post_logout_redirect_uris", QuoteAll(definition.PostLogoutRedirectUris)),
            ("grant_types", QuoteAll(definition.GrantTypes)),
            ("scope", Quote(string.Join(' ', definition.OAuthScopes))),
            ("audiences", QuoteAll(definition.Audiences)),
            ("token_endpoint_auth_method", Quote(ClientFileTerms.Authentications.First(pair => pair.Value == definition.Authentication).Key)),

            // Hashes: whoever reads the file learns no secret, and importing it brings them back.
            ("client_secret_hashes", QuoteAll(definition.Secrets.Select(ClientFileTerms.Write))),
            ("jwks", Quote(definition.Jwks)),
            ("jwks_uri", Quote(definition.JwksUri)),
            ("require_pkce", Truth(definition.RequirePkce)),
            ("require_pushed_authorization_requests", Truth(definition.RequirePushedRequests)),
            ("dpop_bound_access_tokens", Truth(definition.DpopBound)),
            ("legacy", Truth(definition.Legacy)),
            ("trusted", Truth(definition.Trusted)),
            ("suspended", Truth(client.Suspended)),
            ("access_token_lifetime", Number(definition.AccessTokenLifetime)),
            ("id_token_lifetime", Number(definition.IdTokenLifetime)),
            ("refresh_token_idle_lifetime", Number(definition.RefreshTokenIdleLifetime)),
            ("refresh_token_lifetime", Number(definition.RefreshTokenLifetime)),
            ("rotate_refresh_tokens", Truth(definition.RotateRefreshTokens)),
            ("id_token_signed_response_alg", Quote(definition.SigningAlgorithm)),
            ("subject_type", Quote(definition.PairwiseSubjects ? "pairwise" : "public")),
            ("sector", Quote(definition.Sector)),
            ("backchannel_logout_uri", Quote(definition.BackchannelLogoutUri)),
            ("backchannel_logout_session_required", Truth(definition.BackchannelLogoutSessionRequired)),
            ("origins", QuoteAll(definition.Origins)),
            ("default_max_age", Number(definition.DefaultMaxAge)),
            ("require_auth_time", Truth(definition.RequireAuthTime)),
            ("default_acr_values", QuoteAll(definition.DefaultAcrValues)),
            ("requests_per_second", Number(definition.RequestsPerSecond)),
            ("request_burst", Number(definition.RequestBurst)),
            ("registration_token_hash", Quote(definition.RegistrationTokenHash)),
            ("other_metadata", Quote(definition.OtherMetadata)),
        ];
    }

    private static (string Key, string Value) DescribeMember(string user)
    {
        const string client = ClientId.MemberDirectory + ":";
        return user.StartsWith(client, StringComparison.Ordinal) ? ("client", Quote(user[client.Length..])) : ("user", Quote(user));
    }

    private static (string Key, string Value)[] DescribeAsVoms(ExportedMembership membership)
    {
        var held = membership.Membership;
        IEnumerable<string?> named = held.Roles.IsEmpty ? [(string?)null] : held.Roles.Cast<string?>();
        return
        [
            DescribeMember(membership.User),
            ("voms", QuoteAll(named.Select(role => new VomsName(held.Scope, role).ToString()))),
            ("until", Quote(held.Until)),
            ("suspended", Truth(held.Suspended)),
        ];
    }

    private static void WriteList(StringBuilder text, FileLayout layout, string key, IReadOnlyList<(string Key, string Value)[]> entries)
    {
        text.Append(layout.Key(key));
        if (entries.Count == 0)
        {
            text.Append(" []");
            return;
        }

        text.Append(layout.OpenList);
        for (var i = 0; i < entries.Count; i++)
        {
            text.Append(i == 0 ? "" : layout.BetweenEntries).Append(layout.OpenEntry);
            for (var j = 0; j < entries[i].Length; j++)
            {
                text.Append(j == 0 ? "" : layout.BetweenMembers).Append(layout.Member(entries[i][j].Key)).Append(' ').Append(entries[i][j].Value);
            }

            text.Append(layout.CloseEntry);
        }

        text.Append(layout.CloseList);
    }

    private static string Truth(bool value) => value ? "true" : "false";

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "null";

    private static string Number(TimeSpan? value) => value is { } time ? Number((int)time.TotalSeconds) : "null";

    private static string QuoteAll(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quote))}]";

    private static string Quote(DateTimeOffset? time) => Quote(time is { } at ? ImportTime.Write(at) : null);

    /// <summary>Text in double quotes with the escapes that JSON and YAML share, whatever is in it.</summary>
    private static string Quote(string? text)
    {
        if (text is null)
        {
            return "null";
        }

        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),

                // Line breaks to one of the formats, or invisible: a file shows what it says.
                < ' ' or (>= '\u007F' and <= '\u00A0') or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFD' => quoted.Append($"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>What stands between the values.</summary>
    private sealed record FileLayout(
        string Open, string Close, string BetweenLists, string OpenList, string CloseList, string OpenEntry, string CloseEntry, string BetweenEntries, string BetweenMembers, bool QuotedKeys)
    {
        internal static FileLayout Json { get; } = new("{\n", "\n}\n", ",\n", " [\n", "\n  ]", "    {\n      ", "\n    }", ",\n", ",\n      ", QuotedKeys: true);

        internal static FileLayout Yaml { get; } = new("", "\n", "\n", "\n", "", "  - ", "", "\n", "\n    ", QuotedKeys: false);

        internal string Key(string key) => QuotedKeys ? $"  \"{key}\":" : $"{key}:";

        internal string Member(string key) => QuotedKeys ? $"\"{key}\":" : $"{key}:";
    }
}
