using System.Diagnostics.CodeAnalysis;
using Platform.Api.Http;
using Platform.Api.Http.Wire;
using Platform.Api.Resources;
using Platform.Grains.Resources;
using Platform.Grains.Scopes;

namespace Platform.Api.Viewer;

/// <summary>What a page of the viewer is about. All parts follow their grammars, so they stand in addresses as they are.</summary>
/// <param name="Document">The document's path; null: the list.</param>
/// <param name="Scope">The scope that the address names; null: none.</param>
/// <param name="Prefix">What the listed paths begin with.</param>
/// <param name="After">The cursor of the page; null: the first.</param>
internal sealed record ViewerRequest(string? Document, string? Scope, string Prefix, string? After)
{
    /// <summary>The address of this page.</summary>
    public string Address => Document is null ? ListAddress : DocumentAddress(Document);

    /// <summary>The address of the list.</summary>
    public string ListAddress => ViewerPages.Path + Query(("scope", Scope), ("prefix", Prefix.Length == 0 ? null : Prefix));

    /// <summary>The target of the call that answers this page.</summary>
    public string Target => Document is null
        ? "/resources" + Query(("limit", "25"), ("scope", Scope), ("prefix", Prefix.Length == 0 ? null : Prefix), ("after", After))
        : DocumentTarget;

    private string DocumentTarget => $"/resources/{Document}{Query(("scope", Scope))}";

    /// <summary>Reads a request.</summary>
    public static bool TryRead(HttpContext context, Parameters query, [NotNullWhen(true)] out ViewerRequest? request, [NotNullWhen(false)] out Problem? refusal)
    {
        request = null;
        refusal = null;
        var document = context.Request.RouteValues["path"] as string;
        var scope = query.Find("scope");
        var prefix = query.Find("prefix") ?? "";
        if (document is not null && !ResourcePath.TryParse(document, out _))
        {
            refusal = new Problem(ResourceErrors.MalformedPath, $"Here {ResourcePath.Grammar}.");
        }
        else if (scope is not null && !ScopePath.TryParse(scope, out _))
        {
            refusal = new Problem(Scopes.ScopeErrors.MalformedScope, $"Here {ScopePath.Grammar}.", "query parameter scope");
        }
        else if (!ResourcePath.IsPrefix(prefix))
        {
            refusal = new Problem(ResourceErrors.MalformedPath, "The prefix begins no path.", "query parameter prefix");
        }
        else
        {
            request = new ViewerRequest(document, scope, prefix, query.Find("after"));
            return true;
        }

        return false;
    }

    /// <summary>The address of a document's page.</summary>
    public string DocumentAddress(string path) => $"{ViewerPages.Path}/{path}{Query(("scope", Scope))}";

    /// <summary>The address of the list's next page.</summary>
    /// <param name="next">What the list gave as its next page.</param>
    public string NextAddress(string next)
    {
        Parameters.TryParse(System.Text.Encoding.UTF8.GetBytes(next[(next.IndexOf('?', StringComparison.Ordinal) + 1)..]), out var query, out _);
        return ViewerPages.Path + Query(("scope", Scope), ("prefix", Prefix.Length == 0 ? null : Prefix), ("after", query?.Find("after")));
    }

    private static string Query(params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }
}
