namespace Platform.Api.Policies.ForwardAuth;

/// <summary>
/// The target of the request that Envoy asks about, which came behind the endpoint's path. It is another service's, so it is not read, cleaned
/// or refused as ours are, but as every URL that policies decide about. A feature of the request; it may hold a secret.
/// </summary>
/// <param name="Value">Path and query, as they came.</param>
internal sealed record AppendedTarget(string Value)
{
    /// <summary>The endpoint's path.</summary>
    public const string Endpoint = "/forward/envoy";

    /// <summary>The target behind the endpoint's path; null where a raw target is not of that endpoint.</summary>
    public static AppendedTarget? Of(string raw) =>
        raw.Length > Endpoint.Length && raw[Endpoint.Length] == '/' && raw.StartsWith(Endpoint, StringComparison.Ordinal)
            ? new AppendedTarget(raw[Endpoint.Length..])
            : null;
}
