namespace Platform.Api.Policies.ForwardAuth;

/// <summary>
/// How a reverse proxy says what its client asked for (contracts/oauth.md, "Forward authentication for reverse proxies"). Metadata of the
/// endpoints that are for proxies alone.
/// </summary>
internal enum ForwardProxy
{
    /// <summary>nginx's <c>auth_request</c>: <c>X-Original-URL</c>, <c>X-Original-Method</c>. It knows 2xx, 401 and 403; anything else is an error.</summary>
    Nginx,

    /// <summary>Traefik, Caddy, and whatever hands the answer on to the client: <c>X-Forwarded-Method</c>, <c>-Proto</c>, <c>-Host</c>, <c>-Uri</c>.</summary>
    Traefik,

    /// <summary>Envoy's <c>ext_authz</c>: the request's own method and <c>Host</c>, its target behind the endpoint's path, <c>X-Forwarded-Proto</c>.</summary>
    Envoy,

    /// <summary>A protected host's pages under <c>/.platform/</c>, passed on as they came, with <c>X-Forwarded-Proto</c> and <c>-Host</c>.</summary>
    Pages,
}
