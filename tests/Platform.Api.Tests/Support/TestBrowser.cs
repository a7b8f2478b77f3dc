using System.Net;
using System.Text.RegularExpressions;

namespace Platform.Api.Tests.Support;

/// <summary>A person's browser without scripts: it keeps cookies, follows redirects within the site, and submits the forms that it was given.</summary>
internal sealed partial class TestBrowser(ApiNode node)
{
    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>The page that it is at.</summary>
    public string Text { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    /// <summary>The policy of the page.</summary>
    public string Policy { get; private set; } = "";

    /// <summary>The address that it was sent to outside of the site; null: it is at a page.</summary>
    public Uri? Left { get; private set; }

    /// <summary>The path and query of the page.</summary>
    public string At { get; private set; } = "";

    public string? Cookie(string name) => _cookies.GetValueOrDefault(name);

    public void SetCookie(string name, string value) => _cookies[name] = value;

    public void ForgetCookies() => _cookies.Clear();

    public Task<TestBrowser> GetAsync(string target, bool follow = true) => SendAsync(HttpMethod.Get, target, null, follow);

    public Task<TestBrowser> PostAsync(string target, Dictionary<string, string> form, bool follow = true) =>
        SendAsync(HttpMethod.Post, target, form, follow);

    /// <summary>Submits the form of the page that has a button or field of this name and value.</summary>
    public Task<TestBrowser> SubmitAsync(string name, string value, Action<Dictionary<string, string>>? change = null)
    {
        var form = Forms().First(form => form.Body.Contains($"name=\"{name}\" value=\"{value}\"", StringComparison.Ordinal));
        var fields = form.Fields;
        fields[name] = value;
        change?.Invoke(fields);
        return PostAsync(form.Action, fields);
    }

    /// <summary>Fills in the form of the page that has a field of this name.</summary>
    public Task<TestBrowser> FillAsync(string field, Dictionary<string, string> values)
    {
        var form = Forms().First(form => form.Body.Contains($"name=\"{field}\"", StringComparison.Ordinal));
        var fields = form.Fields;
        foreach (var (name, value) in values)
        {
            fields[name] = value;
        }

        return PostAsync(form.Action, fields);
    }

    /// <summary>Fills in the login form of the page.</summary>
    public Task<TestBrowser> LogInAsync(string user) =>
        FillAsync("password", new() { ["username"] = user, ["password"] = TestData.Password(user) });

    /// <summary>A parameter of the address that it was sent to.</summary>
    public string? Answer(string name) => Left is null ? null : System.Web.HttpUtility.ParseQueryString(Left.Query)[name];

    /// <summary>A hidden field of the page.</summary>
    public string Field(string name) => Forms().Select(form => form.Fields.GetValueOrDefault(name)).First(value => value is not null)!;

    private List<(string Action, string Body, Dictionary<string, string> Fields)> Forms() =>
        [.. FormElement().Matches(Text).Select(form => (
            WebUtility.HtmlDecode(form.Groups[1].Value),
            form.Groups[2].Value,
            HiddenField().Matches(form.Groups[2].Value).ToDictionary(field => field.Groups[1].Value, field => WebUtility.HtmlDecode(field.Groups[2].Value))))];

    private async Task<TestBrowser> SendAsync(HttpMethod method, string target, Dictionary<string, string>? form, bool follow)
    {
        for (var redirects = 0; redirects < 10; redirects++)
        {
            Left = null;
            At = target;
            var headers = new List<string> { "Accept: " + Calls.Browser, "Sec-Fetch-Site: same-origin" };
            if (_cookies.Count > 0)
            {
                headers.Add("Cookie: " + string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            }

            using var answer = await node.SendAsync(method, target, form is null ? null : new FormUrlEncodedContent(form), [.. headers]);
            Keep(answer);
            Status = answer.StatusCode;
            Text = await answer.Content.ReadAsStringAsync();
            Policy = answer.Headers.TryGetValues("Content-Security-Policy", out var policy) ? policy.Single() : "";
            if (answer.Headers.Location is not { } location)
            {
                return this;
            }

            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            if (location.IsAbsoluteUri && location.OriginalString[0] != '/')
            {
                Left = location;
                return this;
            }

            (method, target, form) = (HttpMethod.Get, location.OriginalString, null);
            if (!follow)
            {
                At = target;
                return this;
            }
        }

        throw new InvalidOperationException("The redirects do not end.");
    }

    private void Keep(HttpResponseMessage answer)
    {
        foreach (var header in answer.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var pair = header.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0)
            {
                _cookies.Remove(pair[0]);
            }
            else
            {
                _cookies[pair[0]] = pair[1];
            }
        }
    }

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]*)\">(.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex FormElement();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">")]
    private static partial Regex HiddenField();
}
