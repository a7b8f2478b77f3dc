using Platform.Api.Http.Access;
using Platform.Api.Policies.Subjects;
using Platform.Grains.Policies;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.OpenSso.Identity;

/// <summary>
/// <c>authorize</c>: the policy set of the service that has the URI's host decides, where there is one; its rules for <c>policies</c> ask the
/// registered documents. Elsewhere the documents decide alone.
/// </summary>
internal sealed class AuthorizeOperation(OpenSsoTokens tokens, PolicySubjects subjects, TimeProvider time)
{
    /// <summary>Decides.</summary>
    public async Task AuthorizeAsync(HttpContext context, IdentityParameters parameters)
    {
        RequestUrl? url = null;
        if (parameters.Find("uri")?.Trim() is { } uri)
        {
            RequestUrl.TryNormalise(uri, out url, out _);
        }

        // Token and policies are of one instant (invariant 2).
        var question = url is null ? null : PolicyQuestion.OfHost(url.Authority, url);
        if (await tokens.FindAsync(context, OpenSsoTokens.Of(context, parameters.Find("subjectid")), question) is not { } caller)
        {
            await LineAnswer.RefuseAsync(context, StatusCodes.Status401Unauthorized, "TokenExpired", "The token is not, or no longer, valid.");
            return;
        }

        var action = parameters.Find("action")?.Trim() is { Length: > 0 } given ? given : HttpMethods.Get;
        var allowed = url is not null && IsAllowed(question!.Facts!, action, url, subjects.Of(Principal.Of(caller)));
        await new LineAnswer().Line("boolean", allowed ? "true" : "false").WriteAsync(context);
    }

    /// <summary>The service that asks is not the one that was called, so that where its caller is cannot be told.</summary>
    private bool IsAllowed(PolicyFacts facts, string action, RequestUrl url, IPolicySubject subject) => facts.Set is { } set
        ? set.Compiled.Decide(new PolicyRequest(action, url, subject, Address: null, time.GetUtcNow(), facts.Documents)).IsAllowed
        : facts.Service is null && url.Encoded == EncodingAllowance.None && facts.Documents!.Decide(url.Text, action, subject).Allowed;
}
