using Microsoft.Extensions.Options;
using Platform.Api.Account.Reset;
using Platform.Api.Administration.Http;
using Platform.Api.Http;
using Platform.Grains.Administration;
using Platform.Grains.Administration.Lists;
using Platform.Grains.Administration.Users;
using Platform.Grains.Scopes;

namespace Platform.Api.Administration.Users;

/// <summary>Users by REST. One is named by <c>directory:id</c>, or a local one by the user name.</summary>
internal sealed class UserEndpoints(UserAdministration users, OwnAccount accounts, IOptions<FrontOptions> front)
{
    private const string Group = "Users";
    private const string One = "/users/{user}";

    /// <summary>Maps them.</summary>
    public static void Map(AdministrationRoutes routes)
    {
        var services = routes.Services;
        var endpoints = new UserEndpoints(
            services.GetRequiredService<UserAdministration>(), services.GetRequiredService<OwnAccount>(), services.GetRequiredService<IOptions<FrontOptions>>());
        routes.MapList("/users", Group, "ListUsers", "Users by name: text=…&prefix=…&directory=…&disabled=…&scope=…&below=true&role=….", endpoints.ListAsync);
        routes.MapCreate("/users", Group, "AddUser", "Makes a local user.", endpoints.AddAsync);
        routes.MapGet(One, Group, "GetUser", "One user: directory:id, or a local user name.", endpoints.GetAsync, 304, 404);
        routes.MapChange("PATCH", One, Group, "ChangeUser", "Changes the profile of a local user.", endpoints.ChangeAsync, 404, 412);
        routes.MapChange("DELETE", One, Group, "RemoveUser", "Removes a local user with memberships and grants; their sessions and tokens are over.", endpoints.RemoveAsync, 404, 412);
        routes.MapChange("POST", One + "/disable", Group, "DisableUser", "Refuses a user of any directory; their sessions and tokens are over on every node.", request => endpoints.SetDisabledAsync(request, true), 404, 412);
        routes.MapChange("POST", One + "/enable", Group, "EnableUser", "Lets a disabled user log in again.", request => endpoints.SetDisabledAsync(request, false), 404, 412);
        routes.MapChange("PUT", One + "/password", Group, "SetUserPassword", "Sets a local user's password; their sessions and tokens are over.", endpoints.SetPasswordAsync, 404, 412);
        routes.MapCreate(One + "/reset-link", Group, "MakeResetLink", "Makes a link with which a local user sets a password once; shown this once, an earlier one is closed.", endpoints.MakeResetLinkAsync, 404);
    }

    private async Task<AdministrationAnswer> ListAsync(AdministrationRequest request)
    {
        bool? disabled = null;
        bool? below = null;
        ScopePath? scope = null;
        var (page, refusal) = request.ReadPage();
        if ((refusal ?? QueryValues.Read(request, "disabled", out disabled) ?? QueryValues.Read(request, "below", out below) ?? QueryValues.Read(request, "scope", out scope)) is { } wrong)
        {
            return wrong;
        }

        var filter = new UserFilter
        {
            Text = request.Query.Find("text"),
            NamePrefix = request.Query.Find("prefix"),
            Directory = request.Query.Find("directory"),
            Disabled = disabled,
            MembersOf = scope is not { } path ? null : below == true ? ScopeSelection.Below(path) : ScopeSelection.Of(path),
            Role = request.Query.Find("role"),
        };
        var result = await users.ListAsync(request.Actor, filter, page!, request.Aborted);
        return result.IsDone ? AdministrationAnswer.Page(result.Value, UserDocument.Of) : result.Refusal;
    }

    private async Task<AdministrationAnswer> AddAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<NewUserBody>();
        if (body is null)
        {
            return refusal!;
        }

        var user = new NewUser(body.UserName, body.DisplayName, body.Mail, body.Password) { Administrator = body.Administrator };
        var result = await users.CreateAsync(request.Actor, user, request.Aborted);
        return result.IsDone
            ? AdministrationAnswer.Created(OneUserDocument.Of(result.Value), PathOf(result.Value), result.Value.Tag)
            : result.Refusal;
    }

    private async Task<AdministrationAnswer> GetAsync(AdministrationRequest request) =>
        Show(await users.FindAsync(request.Actor, request.Route("user"), request.Aborted));

    private async Task<AdministrationAnswer> ChangeAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<ProfileBody>();
        return body is null
            ? refusal!
            : Show(await users.ChangeProfileAsync(request.Actor, request.Route("user"), body.ToChange(), request.IfMatch, request.Aborted));
    }

    private async Task<AdministrationAnswer> RemoveAsync(AdministrationRequest request) =>
        AdministrationAnswer.Of(await users.RemoveAsync(request.Actor, request.Route("user"), request.IfMatch, request.Aborted));

    private async Task<AdministrationAnswer> SetDisabledAsync(AdministrationRequest request, bool disabled) =>
        Show(await users.SetDisabledAsync(request.Actor, request.Route("user"), disabled, request.IfMatch, request.Aborted));

    private async Task<AdministrationAnswer> SetPasswordAsync(AdministrationRequest request)
    {
        var (body, refusal) = request.ReadBody<PasswordBody>();
        return body is null
            ? refusal!
            : Show(await users.SetPasswordAsync(request.Actor, request.Route("user"), body.Password, request.IfMatch, request.Aborted));
    }

    private async Task<AdministrationAnswer> MakeResetLinkAsync(AdministrationRequest request)
    {
        var result = await accounts.MakeResetLinkAsync(request.Actor, request.Route("user"), request.Aborted);
        if (!result.IsDone)
        {
            return result.Refusal;
        }

        var path = ResetEndpoints.LinkTo(result.Value.Token);
        var url = front.Value.PublicUrl is { } address ? address.TrimEnd('/') + path : null;
        return AdministrationAnswer.Created(new ResetLinkDocument(result.Value.Token, path, url, result.Value.EndsAt), PathOf(result.Value.User));
    }

    private static string PathOf(AdministeredUser user) => $"/admin/api/users/{Uri.EscapeDataString(user.Key.ToString())}";

    private static AdministrationAnswer Show(AdministrationResult<AdministeredUser> result) => AdministrationAnswer.Of(result, OneUserDocument.Of, user => user.Tag);
}
