using Platform.Grains.Cluster;
using Platform.Grains.Policies.Documents;
using Platform.Grains.Sessions;
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
    private readonly DocumentRows? _documents;

    private PolicyRows(PolicyQuestion? question, ServiceName? service, StateKey[] keys, DocumentRows? documents = null)
    {
        _question = question;
        _service = service;
        _documents = documents;
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

        var keys = new List<StateKey>(6);
        var service = question.Service;
        if (question.Host is { } host)
        {
            keys.Add(Services);
            service = ((ServiceHosts?)reader.Known(Services)?.Value)?.Find(host);
        }

        PolicySetSnapshot? known = null;
        if (service is { } name)
        {
            keys.Add(Set(name));
            known = (PolicySetSnapshot?)reader.Known(Set(name))?.Value;
        }

        // Where the set that is known asks no documents, they would be read for nothing.
        var documents = question.DocumentsOf is { } url && known is not { AsksDocuments: false } ? DocumentRows.Of(url) : null;
        if (documents is not null)
        {
            keys.AddRange(documents.Keys);
        }

        return new PolicyRows(question, service, [.. keys], documents);
    }

    /// <summary>The services' row, for lists.</summary>
    public static StateKey ServicesRow => Services;

    /// <summary>Answers the question.</summary>
    /// <param name="facts">What <see cref="Keys"/> said, in their order, at the query's instant.</param>
    /// <returns>
    /// False where the host belongs to another service than was known, or the set asks documents and the one that was known did not: the
    /// query has to be made again.
    /// </returns>
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
        if (_question.DocumentsOf is not null && _documents is null && set is not { AsksDocuments: false })
        {
            return false;
        }

        _question.Answer(new PolicyFacts(_service, set, _documents?.Read(facts[next..])));
        return true;
    }

    private static StateKey Set(ServiceName service) => new(StateNames.PolicySet, service.GrainKey);
}
