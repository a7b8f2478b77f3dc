using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.OAuth;
using Platform.Api.Sessions;
using Platform.Grains.Audit;
using Platform.Grains.Cluster;
using Platform.Grains.Resources;

namespace Platform.Api.Resources;

/// <summary>Changes of documents. They take place in the scope of the caller: what is placed above is seen there, and stays as it is.</summary>
/// <remarks>
/// Each change rests on the document that was looked at, by its tag: what the caller was allowed to change, and what the request's
/// conditions were compared with, is what is changed; where it was replaced meanwhile, all is looked at again.
/// </remarks>
internal sealed class ResourceChanges(
    IPlatformGrains grains, IResourceReader reader, ResourceViews views, Challenges challenges, ResourceEndpoints reading, IAuditLog audit, IOptions<ResourceOptions> options, TimeProvider time)
{
    private const string Json = "application/json";

    /// <summary>How often a change is tried while others go on changing the same document.</summary>
    private const int Attempts = 16;

    /// <summary>POST as Flarecast means it: without a body it reads as somebody who logged in, with one it stores and returns.</summary>
    public async Task PostAsync(HttpContext context)
    {
        var (request, document, refusal) = await ReadAsync(context, Json);
        if (refusal is not null || request is null)
        {
            await Problems.WriteAsync(context, refusal!);
            return;
        }

        var needed = document is null ? OAuthScopes.Read : OAuthScopes.Write;
        if (!context.GetPrincipal().Allows(needed))
        {
            await challenges.RequireOAuthScopeAsync(context, needed);
        }
        else if (await views.ForPrincipalAsync(context, request.Query) is { } view)
        {
            if (document is not null)
            {
                await StoreAsync(context, request, view, _ => (document, null), answers: true);
            }
            else if (await reading.FindAsync(context, view, request.Path, secured: true) is { } resource)
            {
                await ResourceEndpoints.WriteAsync(context, StatusCodes.Status200OK, view, resource);
            }
        }
    }

    /// <summary>Stores the document of the body.</summary>
    public async Task PutAsync(HttpContext context)
    {
        if (await BeginAsync(context, Json) is var (request, view, document))
        {
            await StoreAsync(context, request, view, _ => (document, null), answers: false);
        }
    }

    /// <summary>Changes the document as the body says.</summary>
    public async Task PatchAsync(HttpContext context)
    {
        if (await BeginAsync(context, "application/merge-patch+json") is not var (request, view, patch))
        {
            return;
        }

        // A token for 'write' alone changes what it is never shown.
        await StoreAsync(context, request, view, Patch, answers: view.Insider!.Allows(OAuthScopes.Read), copies: true);

        (string?, Problem?) Patch(ResourceSnapshot? seen)
        {
            if (seen is null)
            {
                return (null, new Problem(ResourceErrors.NoSuchResource));
            }

            if (!MergePatch.TryApply(seen.Content, patch, out var result, out var fault))
            {
                return (null, fault);
            }

            return Encoding.UTF8.GetByteCount(result) <= options.Value.MaxBytes
                ? (result, null)
                : (null, new Problem(ResourceErrors.TooLarge, $"A document has at most {options.Value.MaxBytes} bytes."));
        }
    }

    /// <summary>Removes the document from the scope of the caller.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var (request, refusal) = ResourceRequest.Read(context);
        if (request is null)
        {
            await Problems.WriteAsync(context, refusal!);
            return;
        }

        if (await views.ForPrincipalAsync(context, request.Query) is not { } view)
        {
            return;
        }

        var key = new ResourceKey(view.Scope.Path, request.Path);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var (seen, own) = await LookAsync(context, view, request.Path);
            if (await RefuseAsync(context, request, view, seen, FindRefusal(view, request, seen) ?? FindRefusalToRemove(view, seen)))
            {
                return;
            }

            if ((await grains.Resource(key).RemoveAsync(ChangeCondition.Is(own!.Tag))).Outcome == ResourceOutcome.Removed)
            {
                await RecordAsync(context, view, key, AuditEntry.Ok, "removed");
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }

        await Problems.WriteAsync(context, HttpErrors.Conflict);
    }

    private static string NewTag() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Target, headers and body; null where the request has been answered with an error.</summary>
    private async Task<(ResourceRequest Request, ResourceView View, string Document)?> BeginAsync(HttpContext context, string mediaType)
    {
        var (request, document, refusal) = await ReadAsync(context, mediaType);
        refusal ??= document is null ? new Problem(ResourceErrors.MalformedDocument, "There is no body.") : null;
        if (refusal is not null)
        {
            await Problems.WriteAsync(context, refusal);
            return null;
        }

        return await views.ForPrincipalAsync(context, request!.Query) is { } view ? (request, view, document!) : null;
    }

    private async Task<(ResourceRequest? Request, string? Document, Problem? Refusal)> ReadAsync(HttpContext context, string mediaType)
    {
        var (request, refusal) = ResourceRequest.Read(context);
        if (request is null)
        {
            return (null, null, refusal);
        }

        var (document, fault) = await ResourceRequest.ReadDocumentAsync(context, mediaType, options.Value.MaxBytes);
        return (request, document, fault);
    }

    /// <summary>The document that the caller sees, and the one that the scope itself holds, seen or not.</summary>
    private async Task<(ResourceSnapshot? Seen, ResourceSnapshot? Own)> LookAsync(HttpContext context, ResourceView view, ResourcePath path)
    {
        var line = await reader.FindAsync(view.Scope.Path, path, context.RequestAborted);
        var own = line is [{ } first, ..] && first.Key.Scope == view.Scope.Path ? first : null;

        // A writer need not be a reader (a token for 'write' alone): what they may change is what the person may see.
        return (line.FirstOrDefault(view.ShowsToWriter), own);
    }

    private async Task StoreAsync(
        HttpContext context, ResourceRequest request, ResourceView view, Func<ResourceSnapshot?, (string? Document, Problem? Refusal)> make, bool answers, bool copies = false)
    {
        var key = new ResourceKey(view.Scope.Path, request.Path);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var (seen, own) = await LookAsync(context, view, request.Path);
            var refusal = FindRefusal(view, request, seen) ?? FindRefusalToStore(view, request, own);
            string? document = null;
            if (refusal is null)
            {
                (document, refusal) = make(seen);
            }

            if (await RefuseAsync(context, request, view, seen, refusal))
            {
                return;
            }

            // What is copied from above shows its content to nobody new: it stays among managers, and its login stays as fresh.
            var above = copies && own is null ? seen : null;
            var change = new ResourceChange(
                NewTag(),
                document!,
                request.Visibility ?? (above?.Visibility == ResourceVisibility.Managers ? ResourceVisibility.Managers : null),
                request.Age ?? (above?.MaxAuthenticationAge is { } age ? new AuthenticationAge(age) : null),
                view.Insider!.Subject,
                view.Insider.Token?.Client.Id.Value,
                view.Insider.Token?.Run?.Id);
            var result = await grains.Resource(key).PutAsync(change, own is null ? ChangeCondition.Absent : ChangeCondition.Is(own.Tag));
            if (result is { Outcome: not ResourceOutcome.PreconditionFailed, Resource: { } stored })
            {
                await RecordAsync(context, view, key, AuditEntry.Ok, result.Outcome == ResourceOutcome.Created ? "created" : "replaced");
                await AnswerAsync(context, view, stored, result.Outcome == ResourceOutcome.Created, answers);
                return;
            }
        }

        await Problems.WriteAsync(context, HttpErrors.Conflict);
    }

    private static Task AnswerAsync(HttpContext context, ResourceView view, ResourceSnapshot stored, bool created, bool answers)
    {
        var response = context.Response;
        if (created)
        {
            response.Headers.Location = $"/resources/{stored.Key.Path.Value}" + (view.Named ? $"?scope={view.Scope.Path.Value}" : "");
        }

        var status = created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        if (answers)
        {
            return ResourceEndpoints.WriteAsync(context, status, view, stored);
        }

        ResourceHeaders.Write(response.Headers, view, stored);
        response.StatusCode = created ? status : StatusCodes.Status204NoContent;
        if (created)
        {
            response.ContentLength = 0;
        }

        return Task.CompletedTask;
    }

    /// <summary>What speaks against any change: the right, then the conditions.</summary>
    private Problem? FindRefusal(ResourceView view, ResourceRequest request, ResourceSnapshot? seen)
    {
        if (options.Value.Writers == ResourceWriters.Managers && !view.IsManager)
        {
            return new Problem(ResourceErrors.NotAWriter);
        }

        if (options.Value.Writers == ResourceWriters.Runs && view.Insider?.Token?.Run is null)
        {
            return new Problem(ResourceErrors.NotARun);
        }

        return request.HoldsFor(seen) ? null : new Problem(ResourceErrors.PreconditionFailed);
    }

    private static Problem? FindRefusalToStore(ResourceView view, ResourceRequest request, ResourceSnapshot? own)
    {
        if (own is not null && !view.ShowsToWriter(own))
        {
            return new Problem(ResourceErrors.PathTaken);
        }

        // Nobody locks themselves, and all others, out.
        return request.Visibility == ResourceVisibility.Managers && !view.IsManager
            ? new Problem(ResourceErrors.NotAWriter, "Only managers keep a document among managers.", $"header {ResourceHeaders.Visibility}")
            : null;
    }

    private static Problem? FindRefusalToRemove(ResourceView view, ResourceSnapshot? seen) =>
        seen is null ? new Problem(ResourceErrors.NoSuchResource)
        : seen.Key.Scope != view.Scope.Path ? new Problem(ResourceErrors.Inherited, $"It is placed in {seen.Key.Scope.Value}.")
        : null;

    /// <summary>Answers with what speaks against a change. The login's age comes before the conditions: they are told to those who may change.</summary>
    private async Task<bool> RefuseAsync(HttpContext context, ResourceRequest request, ResourceView view, ResourceSnapshot? seen, Problem? refusal)
    {
        if (seen is not null && view.IsStaleFor(seen, time.GetUtcNow()))
        {
            await challenges.RequireFreshLoginAsync(context, seen.MaxAuthenticationAge.GetValueOrDefault());
            return true;
        }

        if (refusal is null)
        {
            return false;
        }

        if (refusal.Error.Status == StatusCodes.Status403Forbidden)
        {
            await RecordAsync(context, view, new ResourceKey(view.Scope.Path, request.Path), refusal.Error.Code, null);
        }

        if (refusal.Error == ResourceErrors.PreconditionFailed && seen is not null)
        {
            context.Response.Headers.ETag = EntityTags.Quote(seen.Tag);
        }

        await Problems.WriteAsync(context, refusal);
        return true;
    }

    /// <summary>No cancellation: what was stored is stored, whoever hangs up.</summary>
    private ValueTask RecordAsync(HttpContext context, ResourceView view, ResourceKey key, string outcome, string? what)
    {
        var client = view.Insider!.Token?.Client.Id.Value;
        var detail = client is null ? what : $"{what} by client {client}".TrimStart();
        return audit.RecordAsync(
            new AuditEntry(AuditActions.ChangeResource, outcome, view.Insider.Subject.ToString(), key.ToString(), context.ClientAddress(), detail), CancellationToken.None);
    }
}
