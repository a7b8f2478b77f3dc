using Platform.Api.Http.Wire;

namespace Platform.Api.OAuth.Requests;

/// <summary>Reads the form of an OAuth endpoint: <c>application/x-www-form-urlencoded</c> alone, each parameter once (RFC 6749 §3.2).</summary>
internal static class OAuthForm
{
    /// <summary>The form, or the error to answer with.</summary>
    public static async ValueTask<(Parameters Form, OAuthError? Refusal)> ReadAsync(HttpContext context)
    {
        var (form, refusal) = await RequestParameters.ReadFormAsync(context.Request);
        if (refusal is null)
        {
            return (form, null);
        }

        var description = refusal.Place is { } place ? $"The request is malformed: {place}." : "The body has to be a form of " + RequestParameters.FormMediaType + ".";
        return (Parameters.None, OAuthError.InvalidRequest(description));
    }
}
