using System.IO.Enumeration;
using Platform.Api.Http.Access;
using Platform.Api.Policies.Subjects;
using Platform.Api.Sessions;
using Platform.Api.Users;
using Platform.Grains.Policies;
using Platform.Grains.Users;

namespace Platform.Api.Policies.OpenSso.Identity;

/// <summary>
/// <c>attributes</c>, <c>search</c>, <c>read</c>. Users see themselves; those who manage the infrastructure see any user whose name they know.
/// Groups are those that the operator named, and the scopes that the caller finds in their lists.
/// </summary>
internal sealed class DirectoryOperations(OpenSsoTokens tokens, OpenSsoNames names, PolicySubjects subjects, PolicyGroups groups, UserDirectories directories, IPolicyCheck policies)
{
    private const string Group = "group";

    /// <summary>The caller's groups and attributes.</summary>
    public async Task AttributesAsync(HttpContext context, IdentityParameters parameters)
    {
        if (await FindCallerAsync(context, parameters.Find("subjectid")) is not { } caller)
        {
            return;
        }

        var answer = new LineAnswer().Line("userdetails.token.id", caller.Id.Reveal());
        foreach (var group in SubjectOf(caller).Groups())
        {
            answer.Line("userdetails.role", names.RoleOf(group));
        }

        foreach (var (name, value) in AttributesOf(caller.Live.User, parameters.Attributes))
        {
            answer.Line("userdetails.attribute.name", name).Line("userdetails.attribute.value", value);
        }

        await answer.WriteAsync(context);
    }

    /// <summary>The names of groups, or of users.</summary>
    public async Task SearchAsync(HttpContext context, IdentityParameters parameters)
    {
        if (await FindCallerAsync(context, parameters.Find("admin")) is not { } caller)
        {
            return;
        }

        var filter = parameters.Find("filter")?.Trim() is { Length: > 0 and <= 256 } given ? given : "*";
        IEnumerable<string> known = IsForGroups(parameters)
            ? groups.Names.Concat(caller.Live.Access.Listed().Select(scope => scope.Path.Value))
            : [caller.UserName];
        var hits = known.Where(name => FileSystemName.MatchesSimpleExpression(filter, name, ignoreCase: true)).ToList();
        if (hits.Count == 0 && !IsForGroups(parameters) && await FindUserAsync(context, caller, filter) is { } user)
        {
            hits.Add(user.User!.Profile.UserName);
        }

        var answer = new LineAnswer();
        foreach (var hit in hits)
        {
            answer.Line("string", hit);
        }

        await (hits.Count == 0 ? answer.Line("NULL") : answer).WriteAsync(context);
    }

    /// <summary>One user with their groups, or one group.</summary>
    public async Task ReadAsync(HttpContext context, IdentityParameters parameters)
    {
        if (await FindCallerAsync(context, parameters.Find("admin")) is not { } caller)
        {
            return;
        }

        var name = parameters.Find("name")?.Trim() ?? "";
        if (IsForGroups(parameters))
        {
            var group = groups.Names.Concat(caller.Live.Access.Listed().Select(scope => scope.Path.Value))
                .FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
            await (group is null ? NotFoundAsync(context) : Describe(group, Group).WriteAsync(context));
        }
        else if (await FindUserAsync(context, caller, name) is { } user)
        {
            await Describe(user, parameters.Attributes).WriteAsync(context);
        }
        else
        {
            await NotFoundAsync(context);
        }
    }

    private static bool IsForGroups(IdentityParameters parameters) =>
        (parameters.Find("attributes_values_objecttype") ?? parameters.Find("objecttype"))?.Trim().Equals(Group, StringComparison.OrdinalIgnoreCase) ?? false;

    private static Task NotFoundAsync(HttpContext context) =>
        LineAnswer.RefuseAsync(context, StatusCodes.Status401Unauthorized, "ObjectNotFound", "There is nobody and nothing of this name.");

    /// <summary>What is told of a user: what was asked for, or everything.</summary>
    private static IEnumerable<(string Name, string Value)> AttributesOf(UserSnapshot user, IReadOnlyList<string> asked)
    {
        var profile = user.Profile;
        (string Name, string? Value)[] all =
        [
            ("uid", profile.UserName), ("cn", profile.DisplayName), ("sn", profile.DisplayName.Split(' ')[^1]), ("mail", profile.Mail), ("inetuserstatus", "Active"),
        ];
        return all.Where(attribute => attribute.Value is not null && (asked.Count == 0 || asked.Contains(attribute.Name, StringComparer.OrdinalIgnoreCase)))
            .Select(attribute => (attribute.Name, attribute.Value!));
    }

    private async ValueTask<Caller?> FindCallerAsync(HttpContext context, string? token)
    {
        var caller = await tokens.FindAsync(context, OpenSsoTokens.Of(context, token));
        if (caller is null)
        {
            await LineAnswer.RefuseAsync(context, StatusCodes.Status401Unauthorized, "TokenExpired", "The token is not, or no longer, valid.");
        }

        return caller;
    }

    private PrincipalSubject SubjectOf(Caller caller) => subjects.OfCaller(Principal.Of(caller));

    /// <summary>The user of this name, where the caller may see them.</summary>
    private async ValueTask<PrincipalSubject?> FindUserAsync(HttpContext context, Caller caller, string name)
    {
        if (!LocalName.TryParse(name, out var wanted))
        {
            return null;
        }

        if (LocalName.TryParse(caller.UserName, out var own) && own == wanted)
        {
            return SubjectOf(caller);
        }

        if (!OpenSsoManagers.Includes(caller))
        {
            return null;
        }

        foreach (var directory in directories.Ordered)
        {
            if (await directory.ResolveAsync(wanted, context.RequestAborted) is { Key: { } key })
            {
                var user = await policies.FindUserAsync(key, PolicyQuestion.OfService(ServiceName.Platform), context.RequestAborted);
                return user is null ? null : subjects.Of(user, new SupposedCall(null, null, null, null));
            }
        }

        return null;
    }

    private LineAnswer Describe(string name, string type) => new LineAnswer()
        .Line("identitydetails.name", name)
        .Line("identitydetails.type", type)
        .Line("identitydetails.realm", names.Realm);

    private LineAnswer Describe(PrincipalSubject user, IReadOnlyList<string> asked)
    {
        var answer = Describe(user.User!.Profile.UserName, "user");
        foreach (var group in user.Groups())
        {
            answer.Line("identitydetails.group", group);
        }

        // Clients ask for their groups as if they were an attribute; the lines above are the answer.
        foreach (var (name, value) in AttributesOf(user.User, [.. asked.Where(attribute => !attribute.Equals("objecttype", StringComparison.OrdinalIgnoreCase))]))
        {
            answer.Line("identitydetails.attribute", "").Line("identitydetails.attribute.name", name).Line("identitydetails.attribute.value", value);
        }

        return answer;
    }
}
