using Platform.Policies.Decisions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Grains.Policies;

/// <summary>
/// What a yes has to know of the policies. It goes along with the version query that finds the caller, so that caller and policies are
/// of one instant (invariant 2), and holds the answer then.
/// </summary>
public sealed class PolicyQuestion
{
    private PolicyQuestion(ServiceName? service, string? host, RequestUrl? documentsOf)
    {
        Service = service;
        Host = host;
        DocumentsOf = documentsOf;
    }

    /// <summary>The service that is asked about by its name; null: by its host.</summary>
    public ServiceName? Service { get; }

    /// <summary>The host that the service is shown under (<see cref="RequestUrl.Authority"/>); null: it is asked about by its name, or not at all.</summary>
    public string? Host { get; }

    /// <summary>
    /// The URL whose registered policy documents are asked for too, not yet cleaned, since only the service's set says how it is; null: none are.
    /// </summary>
    public RequestUrl? DocumentsOf { get; }

    /// <summary>The answer of the last query that it went along with; null before the first.</summary>
    public PolicyFacts? Facts { get; private set; }

    /// <summary>About a service by its name.</summary>
    public static PolicyQuestion OfService(ServiceName service, RequestUrl? documentsOf = null) => new(service, null, documentsOf);

    /// <summary>About the service with this host.</summary>
    public static PolicyQuestion OfHost(string host, RequestUrl? documentsOf = null) => new(null, host, documentsOf);

    /// <summary>About the registered policy documents of a URL alone.</summary>
    public static PolicyQuestion OfDocuments(RequestUrl url) => new(null, null, url);

    /// <summary>Takes the answer. For checks.</summary>
    public void Answer(PolicyFacts facts) => Facts = facts;
}

/// <summary>What the policies were at the instant of a query.</summary>
/// <param name="Service">The service; null where no service has the host.</param>
/// <param name="Set">Its policy set; null where there is none, and everything is denied.</param>
/// <param name="Documents">The registered policy documents about the URL; null where they were not asked for.</param>
public sealed record PolicyFacts(ServiceName? Service, PolicySetSnapshot? Set, IPolicyDocuments? Documents);

/// <summary>A policy set, ready to decide.</summary>
/// <param name="Service">Whose it is.</param>
/// <param name="Number">The number of its revision.</param>
/// <param name="Tag">Its entity tag.</param>
/// <param name="Compiled">The index.</param>
public sealed record PolicySetSnapshot(ServiceName Service, long Number, string Tag, CompiledPolicySet Compiled)
{
    /// <summary>Whether a rule of it leaves decisions to registered policy documents.</summary>
    public bool AsksDocuments { get; } = Compiled.Set.Rules.Any(rule => rule.Who.Any(who => who.Kind == AudienceKind.Documents));
}
