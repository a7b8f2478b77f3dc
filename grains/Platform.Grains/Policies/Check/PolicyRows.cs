using Platform.Grains.Cluster;
using Platform.Grains.Sessions;
using Platform.Policies.Requests;
using Platform.Storage;

namespace Platform.Grains.Policies.Check;

/// <summary>The rows that a question about policies adds to a version query, and what they answer.</summary>
internal sealed class PolicyRows
{
    private static readonly StateKey Services = new(StateNames.PolicyServices, PolicyServicesState.Key);
    private static readonly PolicyRows None = new(null, null, []);
    private static readonly PolicyRows Own = new(null, ServiceName.Platform, [Set(ServiceName.Platform)]);

    private readonly PolicyQuestion? _question;
    private readonly ServiceName? _service;

    private PolicyRows(PolicyQuestion? question, ServiceName? service, StateKey[] keys)
    {
        _question = question;
        _service = service;
        Keys = keys;
    }

    /// <summary>Their keys, to be put behind those of the query.</summary>
    public StateKey[] Keys { get; }

    /// <summary>The rows of a question; where it names a host, of the service that is known to have it.</summary>
    public static PolicyRows Of(PolicyQuestion? question, FactReader reader)
    {
        if (question is null)
        {
            return None;
        }

        if (question.Service == ServiceName.Platform && question.DocumentsOf is null)
        {
            return new PolicyRows(question, Own._service, Own.Keys);
        }

        var keys = new List<StateKey>(4);
        var service = question.Service;
        if (question.Host is { } host)
        {
            keys.Add(Services);
            service = ((ServiceHosts?)reader.Known(Services)?.Value)?.Find(host);
        }

        if (service is { } name)
        {
            keys.Add(Set(name));
        }

        return new PolicyRows(question, service, [.. keys]);
    }

    /// <summary>The services' row, for lists.</summary>
    public static StateKey ServicesRow => Services;

    /// <summary>Answers the question.</summary>
    /// <param name="facts">What <see cref="Keys"/> said, in their order, at the query's instant.</param>
    /// <returns>False where the host belongs to another service than was known: the query has to be made again.</returns>
    public bool TryAnswer(ReadOnlySpan<FactNow> facts)
    {
        if (_question is null)
        {
            return true;
        }

        var next = 0;
        if (_question.Host is { } host && ((ServiceHosts)facts[next++].Value!).Find(host) != _service)
        {
            return false;
        }

        var set = _service is null ? null : (PolicySetSnapshot?)facts[next++].Value;
        IPolicyDocuments? documents = null;
        _question.Answer(new PolicyFacts(_service, set, documents));
        return true;
    }

    private static StateKey Set(ServiceName service) => new(StateNames.PolicySet, service.GrainKey);
}
