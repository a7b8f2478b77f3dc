using Platform.Api.Http;
using Platform.Api.Http.Wire;
using Platform.Api.Policies.Sets;
using Platform.Api.Scopes.Import;
using Platform.Grains.Scopes.Import;

namespace Platform.Api.Policies.Decisions;

/// <summary>Reads the body of a question, JSON or YAML, into nodes that know where they stand.</summary>
internal static class QuestionBody
{
    /// <summary>The body; null where the request has been answered with an error.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">How large it may be.</param>
    public static async Task<ImportNode?> ReadAsync(HttpContext context, int maxBytes)
    {
        if (!PolicySetRequest.TryFindFormat(context, out var format))
        {
            await Problems.WriteAsync(context, HttpErrors.UnsupportedMediaType, "The body is application/json or application/yaml, in UTF-8.");
            return null;
        }

        if (await LimitedBody.ReadAsync(context, maxBytes) is not { } body)
        {
            await Problems.WriteAsync(context, HttpErrors.BodyTooLarge);
            return null;
        }

        try
        {
            return ImportText.Read(body, format);
        }
        catch (ImportSyntaxException e)
        {
            await RefuseAsync(context, [new ImportProblem(new ImportPlace("", e.Line, e.Column), e.Message)]);
            return null;
        }
    }

    /// <summary>Answers with all that is wrong.</summary>
    public static Task RefuseAsync(HttpContext context, IReadOnlyList<ImportProblem> problems) =>
        Problems.WriteAsync(context, new Problem(PolicyErrors.MalformedQuestion, problems[0].ToString()) { Faults = PolicySetChanges.Faults(problems) });
}
