using System.Net;

namespace Platform.Policies.Requests;

/// <summary>What is decided about.</summary>
/// <param name="Method">The method, as it came.</param>
/// <param name="Url">The URL, normalised.</param>
/// <param name="Subject">Who calls.</param>
/// <param name="Address">The client's address; null where it is not known.</param>
/// <param name="Now">The time (UTC).</param>
/// <param name="Documents">The registered policy documents about the URL; null where there are none.</param>
public readonly record struct PolicyRequest(
    string Method, RequestUrl Url, IPolicySubject Subject, IPAddress? Address, DateTimeOffset Now, IPolicyDocuments? Documents = null)
{
    /// <summary>The method that allow rules look at: the one that came, unless the cleaning of the URL makes another of it.</summary>
    internal string CountedMethod { get; init; } = Method;
}

/// <summary>Policy documents that owners of resources registered (contracts/opentox-opensso.md, "Policy documents").</summary>
public interface IPolicyDocuments
{
    /// <summary>Whether they let this caller do the method on the URL. Deny wins over allow; nothing is denied.</summary>
    /// <param name="url">The URL, cleaned.</param>
    /// <param name="method">The method.</param>
    /// <param name="subject">Who calls.</param>
    /// <returns>The names of the policy that decided, and its verdict; <see cref="DocumentVerdict.None"/> where none speaks of it.</returns>
    DocumentVerdict Decide(string url, string method, IPolicySubject subject);
}

/// <summary>What policy documents say.</summary>
/// <param name="Allowed">Whether they let it through.</param>
/// <param name="Policy">The name of the policy that decided; null where none speaks of it.</param>
public readonly record struct DocumentVerdict(bool Allowed, string? Policy)
{
    /// <summary>No policy speaks of it.</summary>
    public static DocumentVerdict None => default;
}
