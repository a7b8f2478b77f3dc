using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.OpenApi;
using Platform.Api.Http.Wire;
using Platform.Api.OAuth;
using Platform.Grains.Resources;

namespace Platform.Api.Resources;

/// <summary>Lists documents by prefix, a page at a time.</summary>
internal sealed class ResourceListing(IResourceReader reader, ResourceViews views, IDataProtectionProvider protection)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    /// <summary>How many documents are looked at for one page; where few of them may be seen, a page holds fewer than it could.</summary>
    private const int MaxLookedAt = 1000;

    // A cursor may say where a document is that its bearer may not see; so it is encrypted, and nobody makes one up.
    private readonly IDataProtector _cursors = protection.CreateProtector("platform.resources.cursor.v1");

    /// <summary>Maps the list.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var listing = routes.ServiceProvider.GetRequiredService<ResourceListing>();
        routes.MapMethods("/resources", ["GET", "HEAD"], listing.ListAsync).ForAnyone().Offering(Offers.JsonFirst)
            .Describe("ListResources", "The documents that the caller sees, ordered by path.", listing.ListAsync, 200, 400, 401, 403, 503)
            .TakesQuery("prefix", "What the paths begin with.")
            .TakesQuery("limit", "How many at most, 1 to 100; default: 50.")
            .TakesQuery("after", "The cursor that the page before gave as 'next'.")
            .TakesQuery("scope", "The scope, where neither session nor token says one.")
            .ShowsMoreFor(OAuthScopes.Read);
    }

    private async Task ListAsync(HttpContext context)
    {
        var (query, refusal) = RequestParameters.ReadQuery(context.Request);
        var prefix = query.Find("prefix") ?? "";
        var limit = DefaultLimit;
        string? after = null;
        if (refusal is null && !ResourcePath.IsPrefix(prefix))
        {
            refusal = new Problem(ResourceErrors.MalformedPath, "The prefix begins no path.", "query parameter prefix");
        }

        if (refusal is null && query.Find("limit") is { } given && !(int.TryParse(given, System.Globalization.NumberStyles.None, null, out limit) && limit is >= 1 and <= MaxLimit))
        {
            refusal = new Problem(HttpErrors.MalformedRequest, $"limit is a number from 1 to {MaxLimit}.", "query parameter limit");
        }

        if (refusal is null && query.Find("after") is { } cursor && !TryRead(cursor, out after))
        {
            refusal = new Problem(ResourceErrors.MalformedCursor, Place: "query parameter after");
        }

        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
        }
        else if (await views.ForReadingAsync(context, query) is { } view)
        {
            if (view.Insider is { } insider && !insider.Allows(OAuthScopes.Read))
            {
                view = view with { Insider = null };
            }

            var (entries, last) = await CollectAsync(context, view, prefix, after, limit);
            var next = last is null ? null : NextLink(view, prefix, limit, _cursors.Protect(last));
            if (next is not null)
            {
                context.Response.Headers.Link = $"<{next}>; rel=\"next\"";
            }

            await Answer.WriteAsync(context, ResourceDocuments.List, new ResourceList(view, entries, next));
        }
    }

    /// <summary>A page, and after which path the next one begins; null: there is none.</summary>
    private async Task<(IReadOnlyList<ResourceSnapshot> Entries, string? Last)> CollectAsync(
        HttpContext context, ResourceView view, string prefix, string? after, int limit)
    {
        var entries = new List<ResourceSnapshot>();
        string? last = null;
        var lookedAt = 0;
        await foreach (var resource in reader.ListAsync(view.Scope.Path, prefix, after, context.RequestAborted))
        {
            var path = resource.Key.Path.Value;
            if (path != last && (entries.Count == limit || lookedAt >= MaxLookedAt))
            {
                return (entries, last);
            }

            lookedAt++;
            last = path;

            // The nearest that is seen hides those above it.
            if (view.Shows(resource) && (entries.Count == 0 || entries[^1].Key.Path != resource.Key.Path))
            {
                entries.Add(resource);
            }
        }

        return (entries, null);
    }

    private static string NextLink(ResourceView view, string prefix, int limit, string cursor) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"/resources?limit={limit}&after={cursor}{(prefix.Length == 0 ? "" : $"&prefix={prefix}")}{(view.Named ? $"&scope={view.Scope.Path.Value}" : "")}");

    private bool TryRead(string cursor, out string? after)
    {
        try
        {
            after = _cursors.Unprotect(cursor);
            return true;
        }
        catch (CryptographicException)
        {
            after = null;
            return false;
        }
    }
}
