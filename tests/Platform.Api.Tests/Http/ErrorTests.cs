using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Support;
using Platform.Api.Users;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth;
using Platform.Grains.Policies;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Api.Tests.Http;

[Collection(NodeCollection.Name)]
public class ErrorTests(SharedNode shared)
{
    private readonly ApiNode _node = shared.Node;

    [Theory]
    [InlineData("GET", "/nothing", 404, "not-found")]
    [InlineData("PATCH", "/session", 405, "method-not-allowed")]
    [InlineData("POST", "/scopes", 405, "method-not-allowed")]
    [InlineData("NONSENSE", "/session", 405, "method-not-allowed")]
    [InlineData("GET", "/a%zz", 400, "malformed-target")]
    public async Task Errors_of_routing_are_problems(string method, string target, int status, string code)
    {
        var answer = await RawHttp.SendAsync(_node.Address, method, target, "");

        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.Header("Content-Type"));
        Assert.Contains($"\"code\":\"{code}\"", answer.Body, StringComparison.Ordinal);
        Assert.Equal(status == 405, answer.Header("Allow") is not null);
    }

    [Theory]
    [InlineData("/Login")]
    [InlineData("/logout")]
    [InlineData("/ListInfrastructureScopes")]
    [InlineData("/LoginScope")]
    public async Task On_gcubes_calls_errors_are_xml_unless_asked_otherwise(string path)
    {
        using var byDefault = await _node.SendAsync(HttpMethod.Patch, path, null);
        using var asJson = await _node.SendAsync(HttpMethod.Patch, path, null, "Accept: application/problem+json");
        using var asPage = await _node.SendAsync(HttpMethod.Patch, path, null, "Accept: " + Calls.Browser);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, byDefault.StatusCode);
        Assert.Equal("application/problem+xml", byDefault.Content.Headers.ContentType!.MediaType);
        Assert.Equal("application/problem+json", asJson.Content.Headers.ContentType!.MediaType);
        Assert.Equal("text/html", asPage.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/session", "image/png")]
    [InlineData("/session", "text/html")]
    [InlineData("/scopes", "application/json;q=0")]
    [InlineData("/ListInfrastructureScopes", "text/plain")]
    [InlineData("/", "application/json")]
    public async Task What_is_not_acceptable_is_said(string path, string accept)
    {
        var id = await _node.LogInAsync("alice");

        await _node.GetAsync($"{path};jsessionid={id}", "Accept: " + accept).TextAsync(HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task What_is_not_acceptable_takes_no_effect()
    {
        var id = await _node.LogInAsync("alice");

        await _node.GetAsync($"/Logout;jsessionid={id}", "Accept: image/png").TextAsync(HttpStatusCode.NotAcceptable);
        await _node.GetAsync($"/session;jsessionid={id}").TextAsync();
    }

    [Fact]
    public async Task A_401_names_the_way_in()
    {
        using var answer = await _node.GetAsync("/session");

        Assert.Equal("Session login=\"/Login\"", answer.Headers.GetValues("WWW-Authenticate").Single());
    }

    [Theory]
    [InlineData(typeof(StorageUnavailableException), 503, "storage-unavailable")]
    [InlineData(typeof(StateUnavailableException), 503, "storage-unavailable")]
    [InlineData(typeof(PolicySetUnreadableException), 503, "policies-unreadable")]
    [InlineData(typeof(KeyRingUnreadableException), 503, "keys-unreadable")]
    [InlineData(typeof(ConflictException), 409, "conflict")]
    [InlineData(typeof(StateConflictException), 409, "conflict")]
    [InlineData(typeof(InvalidOperationException), 500, "internal")]
    public async Task What_is_thrown_becomes_a_problem_without_its_words(Type exception, int status, string code)
    {
        var fault = (Exception)Activator.CreateInstance(exception, "the words of the fault")!;
        await using var node = await ApiNode.StartAsync(adjust: services => services.AddSingleton<ISessionCheck>(new BrokenCheck(fault)), filled: false);
        using var answer = await node.GetAsync("/session", "X-Session-Id: " + new string('A', 32));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(code, text, StringComparison.Ordinal);
        Assert.DoesNotContain("the words", text, StringComparison.Ordinal);
        Assert.Equal(code == "storage-unavailable", answer.Headers.RetryAfter is not null);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        await node.GetAsync("/health/ready").TextAsync();
    }

    [Fact]
    public async Task Logins_that_were_not_tried_say_why()
    {
        await using var node = await ApiNode.StartAsync(adjust: services => services.AddSingleton<ILogin, NoLogin>(), filled: false);
        using var throttled = await node.GetAsync("/Login", "Authorization: " + Calls.Basic("throttled"));
        using var unavailable = await node.GetAsync("/Login", "Authorization: " + Calls.Basic("unavailable"));

        Assert.Equal(HttpStatusCode.TooManyRequests, throttled.StatusCode);
        Assert.Equal("3", throttled.Headers.GetValues("Retry-After").Single());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unavailable.StatusCode);
        Assert.Contains("directory-unavailable", await unavailable.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private sealed class BrokenCheck(Exception fault) : ISessionCheck
    {
        public ValueTask<LiveSession?> FindLiveAsync(SessionKey key, PolicyQuestion? policies, CancellationToken cancellationToken) => throw fault;

        public ValueTask<IReadOnlyList<ListedSession>> ListLiveAsync(UserSnapshot user, CancellationToken cancellationToken) => throw fault;

        public ValueTask<IScopeCatalogue> ReadScopesAsync(CancellationToken cancellationToken) => throw fault;
    }

    private sealed class NoLogin : ILogin
    {
        public Task<LoginResult> LoginAsync(LoginAttempt attempt, CancellationToken cancellationToken) => Task.FromResult<LoginResult>(
            attempt.UserName == "throttled" ? new LoginResult.Throttled(TimeSpan.FromSeconds(2.1)) : new LoginResult.DirectoryUnavailable());

        public Task<LoginResult> VerifyAsync(LoginAttempt attempt, CancellationToken cancellationToken) => LoginAsync(attempt, cancellationToken);
    }
}
