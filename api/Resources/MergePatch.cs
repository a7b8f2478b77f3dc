using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Api.Http;

namespace Platform.Api.Resources;

/// <summary>JSON merge patch (RFC 7396). Both documents were checked by <see cref="DocumentText"/>.</summary>
internal static class MergePatch
{
    // The answer is no page; what was sent unescaped stays so.
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The document with the patch applied. A patch that is no object would replace the document, and one for an array would throw the
    /// array away; both are refused, since PUT says that plainly.
    /// </summary>
    public static bool TryApply(string document, string patch, [NotNullWhen(true)] out string? result, [NotNullWhen(false)] out Problem? problem)
    {
        result = null;
        problem = null;
        if (JsonNode.Parse(patch) is not JsonObject changes)
        {
            problem = new Problem(ResourceErrors.UnacceptablePatch, "A merge patch is an object here.");
        }
        else if (JsonNode.Parse(document) is not JsonObject target)
        {
            problem = new Problem(ResourceErrors.UnacceptablePatch, "The resource is an array, which a merge patch cannot change.");
        }
        else
        {
            Merge(target, changes);
            result = target.ToJsonString(Unescaped);
            return true;
        }

        return false;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject changes)
            {
                if (target[name] is not JsonObject inner)
                {
                    target[name] = inner = [];
                }

                Merge(inner, changes);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
