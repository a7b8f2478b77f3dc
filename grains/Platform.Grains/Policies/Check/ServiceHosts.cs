using System.Collections.Frozen;

namespace Platform.Grains.Policies.Check;

/// <summary>Which host belongs to which service, decoded.</summary>
internal sealed class ServiceHosts(PolicyServicesState state)
{
    private readonly FrozenDictionary<string, ServiceName> _byHost = state.Hosts
        .SelectMany(service => service.Value.Select(host => KeyValuePair.Create(host, new ServiceName(service.Key))))
        .ToFrozenDictionary(StringComparer.Ordinal);

    public static ServiceHosts None { get; } = new(new PolicyServicesState());

    public IReadOnlyList<ServiceEntry> All { get; } = [.. state.Hosts.Select(service => new ServiceEntry(new ServiceName(service.Key), service.Value))];

    public ServiceName? Find(string host) => _byHost.TryGetValue(host, out var service) ? service : null;
}
