using System.Text;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Http.Access;
using Platform.Api.Http.Wire;
using Platform.Api.Policies.Files;
using Platform.Api.Policies.Subjects;
using Platform.Api.Scopes.Import;
using Platform.Api.Sessions;
using Platform.Grains.Cluster;
using Platform.Grains.Policies;
using Platform.Grains.Scopes.Import;
using Platform.Policies.Rules;

namespace Platform.Api.Policies.Sets;

/// <summary>Changes of policy sets.</summary>
/// <remarks>
/// Each change rests on the set that was looked at, by its tag: what the caller was allowed to change is what is changed; where it was
/// replaced meanwhile, all is looked at again.
/// </remarks>
internal sealed class PolicySetChanges(IPlatformGrains grains, PolicySetEndpoints reading, PolicyStore store, PolicyGroups groups)
{
    /// <summary>How often a change is tried while others go on changing the same set.</summary>
    private const int Attempts = 8;

    /// <summary>The problems as a request's answer carries them.</summary>
    public static IReadOnlyList<Fault> Faults(IEnumerable<ImportProblem> problems) =>
        [.. problems.Select(problem => new Fault(problem.Place.Path, problem.Place.Line, problem.Place.Column, problem.Message))];

    /// <summary>Stores the set of the body.</summary>
    public async Task PutAsync(HttpContext context)
    {
        if (await BeginAsync(context) is not { } begun)
        {
            return;
        }

        var (request, seen) = begun;

        if (!PolicySetRequest.TryFindFormat(context, out var format))
        {
            await Problems.WriteAsync(context, HttpErrors.UnsupportedMediaType, "The body is application/json or application/yaml, in UTF-8.");
            return;
        }

        if (await LimitedBody.ReadAsync(context, PolicyFile.MaxBytes) is not { } body)
        {
            await Problems.WriteAsync(context, PolicyErrors.TooLarge, $"A file of rules has at most {PolicyFile.MaxBytes} bytes.");
            return;
        }

        var file = PolicyFile.Read(body, format, request.Service, groups);
        if (file.Errors.Count > 0)
        {
            await Problems.WriteAsync(context, Faulty(file));
        }
        else if (request.CheckOnly)
        {
            await (FindRefusal(context, request, seen, file.Set) is { } fault
                ? Problems.WriteAsync(context, fault)
                : Answer.WriteJsonAsync(context, StatusCodes.Status200OK, "application/json", WriteWarnings, Faults(file.Warnings)));
        }
        else
        {
            await StoreAsync(context, request, file, seen);
        }
    }

    /// <summary>Stores an earlier revision again.</summary>
    public async Task RollBackAsync(HttpContext context)
    {
        if (await BeginAsync(context) is not { } begun)
        {
            return;
        }

        var (request, seen) = begun;

        if (PolicySetEndpoints.FindNumber(context) is not { } number
            || await grains.PolicySet(request.Service).FindRevisionAsync(number) is not { Document: { } document })
        {
            await Problems.WriteAsync(context, PolicyErrors.NoSuchRevision);
            return;
        }

        // What was valid once need not be so now: a group that it names may be gone.
        var file = PolicyFile.Read(Encoding.UTF8.GetBytes(document), ScopeFileFormat.Json, request.Service, groups);
        if (file.Errors.Count > 0)
        {
            await Problems.WriteAsync(context, Faulty(file));
            return;
        }

        var comment = PolicyAuthor.RolledBack(number, request.Author.Comment);
        await StoreAsync(context, request with { Author = request.Author with { Comment = comment } }, file, seen);
    }

    /// <summary>
    /// What comes first of each change: who may not make it is told so before the server takes in a large file. Null where the request has been
    /// answered.
    /// </summary>
    private async ValueTask<(PolicySetRequest Request, PolicySetSnapshot? Seen)?> BeginAsync(HttpContext context)
    {
        var (request, refusal) = PolicySetRequest.Read(context);
        if (request is null)
        {
            await Problems.WriteAsync(context, refusal!);
            return null;
        }

        if (await reading.FindAsync(context, request.Service) is (true, var seen))
        {
            return (request, seen);
        }

        await store.RecordRefusalAsync(request.Service, PolicyErrors.NotAPolicyManager.Code, request.Author);
        return null;
    }

    /// <summary>Removes the set.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var (request, refusal) = PolicySetRequest.Read(context);
        if (request is null)
        {
            await Problems.WriteAsync(context, refusal!);
            return;
        }

        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await reading.FindAsync(context, request.Service) is not (true, var seen))
            {
                await store.RecordRefusalAsync(request.Service, PolicyErrors.NotAPolicyManager.Code, request.Author);
                return;
            }

            if (seen is null)
            {
                await Problems.WriteAsync(context, PolicyErrors.NoSuchSet);
                return;
            }

            if (await RefuseAsync(context, request, seen, FindRefusal(context, request, seen, null)))
            {
                return;
            }

            if ((await store.RemoveAsync(request.Service, ChangeCondition.Is(seen.Tag), request.Author)).Outcome == PolicyChangeOutcome.Removed)
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }

        await Problems.WriteAsync(context, HttpErrors.Conflict);
    }

    private static Problem Faulty(PolicyFile file) => new(PolicyErrors.Faulty, file.Errors[0].ToString()) { Faults = Faults(file.Errors) };

    private async Task StoreAsync(HttpContext context, PolicySetRequest request, PolicyFile file, PolicySetSnapshot? first)
    {
        var seen = first;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (attempt > 1)
            {
                if (await reading.FindAsync(context, request.Service) is not (true, var now))
                {
                    return;
                }

                seen = now;
            }

            if (await RefuseAsync(context, request, seen, FindRefusal(context, request, seen, file.Set)))
            {
                return;
            }

            var condition = seen is null ? ChangeCondition.Absent : ChangeCondition.Is(seen.Tag);
            var result = await store.ReplaceAsync(request.Service, file.Set, condition, request.Author);
            switch (result)
            {
                case { Outcome: PolicyChangeOutcome.HostTaken }:
                    await Problems.WriteAsync(context, PolicyErrors.HostTaken, $"'{result.TakenHost}' belongs to the service '{result.TakenBy}'.");
                    return;
                case { Outcome: PolicyChangeOutcome.Created or PolicyChangeOutcome.Replaced, Current: { } current }:
                    await AnswerAsync(context, current, file, result.Outcome == PolicyChangeOutcome.Created);
                    return;
            }
        }

        await Problems.WriteAsync(context, HttpErrors.Conflict);
    }

    private static Task AnswerAsync(HttpContext context, PolicyRevision current, PolicyFile file, bool created)
    {
        context.Response.Headers.ETag = EntityTags.Quote(current.Tag);
        if (created)
        {
            context.Response.Headers.Location = $"/policies/{current.Service}";
        }

        return Answer.WriteJsonAsync(
            context, created ? StatusCodes.Status201Created : StatusCodes.Status200OK, "application/json", WriteStored, (current, Faults(file.Warnings)));
    }

    /// <summary>What speaks against a change: the right to it, then the conditions.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What it says.</param>
    /// <param name="seen">The set that is there.</param>
    /// <param name="next">What it is to become; null: it is to be removed.</param>
    private static Problem? FindRefusal(HttpContext context, PolicySetRequest request, PolicySetSnapshot? seen, PolicySet? next)
    {
        if (!PolicyRights.MayChange(context.GetPrincipal(), seen?.Compiled.Set, next))
        {
            return new Problem(PolicyErrors.BeyondScope);
        }

        return request.HoldsFor(seen?.Tag) ? null : new Problem(PolicyErrors.Changed);
    }

    private async Task<bool> RefuseAsync(HttpContext context, PolicySetRequest request, PolicySetSnapshot? seen, Problem? refusal)
    {
        if (refusal is null)
        {
            return false;
        }

        if (refusal.Error.Status == StatusCodes.Status403Forbidden)
        {
            await store.RecordRefusalAsync(request.Service, refusal.Error.Code, request.Author);
        }

        if (refusal.Error == PolicyErrors.Changed && seen is not null)
        {
            context.Response.Headers.ETag = EntityTags.Quote(seen.Tag);
        }

        await Problems.WriteAsync(context, refusal);
        return true;
    }

    private static void WriteStored(Utf8JsonWriter json, (PolicyRevision Revision, IReadOnlyList<Fault> Warnings) stored)
    {
        json.WriteStartObject();
        PolicySetEndpoints.WriteMembers(json, stored.Revision);
        json.WritePropertyName("warnings"u8);
        Fault.Write(json, stored.Warnings);
        json.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter json, IReadOnlyList<Fault> warnings)
    {
        json.WriteStartObject();
        json.WritePropertyName("warnings"u8);
        Fault.Write(json, warnings);
        json.WriteEndObject();
    }
}
