using System.Text;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Policies.OpenSso;

/// <summary>A fixed number of seeded inputs: never a 500, never a yes to an invented token, and no entity is ever followed.</summary>
[Collection(OpenSsoCollection.Name)]
public sealed class OpenSsoFuzzTests(OpenSsoNode openSso)
{
    private const int Count = 600;
    private const string Invented = "0123456789ABCDEF0123456789ABCDEF";

    [Fact]
    public async Task IdentityServices()
    {
        string[] operations = ["authenticate", "isTokenValid", "logout", "authorize", "attributes", "search", "read", "x", "%20", "attributes/"];
        string[] parts =
        [
            "tokenid=", "subjectid=", "admin=", "username=", "password=", "uri=", "action=", "name=", "filter=", "attributenames=", "attributes_names=", "attributes_values_objecttype=group", Invented,
            "&", "=", "%", "%00", "%zz", "%C3%BC", "*", "?", "\\", "http://h/../x", "http://h/a", "http://[::1", "a", new string('*', 300), ";", "+",
        ];
        var random = new Random(57);
        await RunAsync(async () =>
        {
            var text = Random(random, parts);
            var path = $"{(random.Next(2) == 0 ? "/auth/" : "/opensso/identity/")}{operations[random.Next(operations.Length)]}";
            string[] headers = random.Next(3) == 0 ? ["Cookie: iPlanetDirectoryPro=" + Random(random, parts).Replace(';', 'x')] : [];
            return random.Next(2) == 0
                ? await RawHttp.GetAsync(openSso.Node.Address, $"{path}?{text}", headers)
                : await RawHttp.SendAsync(openSso.Node.Address, "POST", path, text, [.. headers, "Content-Type: application/x-www-form-urlencoded"]);
        });
    }

    [Fact]
    public async Task PolicyService()
    {
        var token = await openSso.TokenAsync("carol");
        string[] parts =
        [
            "<Policies>", "</Policies>", "<Policy name=\"", "\">", "</Policy>", "<Rule name=\"r\">", "</Rule>", "<ResourceName name=\"http://fuzz.example/", "\"/>", "<ServiceName name=\"iPlanetAMWebAgentService\"/>",
            "<AttributeValuePair>", "</AttributeValuePair>", "<Attribute name=\"GET\"/>", "<Value>", "allow", "</Value>", "<Subjects>", "<Subject type=\"LDAPUsers\">", "uid=carol,ou=people,dc=opentox,dc=org", "&x;", "&amp;",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "<![CDATA[", "]]>", "<!--", "-->", "<?x?>", "-*-", "\u00fc", "xmlns=\"a\"", "<", ">", "\"",
        ];
        string[] headers = ["id: a", "uri: http://fuzz.example/-*-", "uri: %", "polnames:", "id:", "subjectid: " + Invented, "subjectid: " + token];
        var random = new Random(58);
        await RunAsync(async () =>
        {
            var method = new[] { "POST", "POST", "POST", "GET", "DELETE" }[random.Next(5)];
            return await RawHttp.SendAsync(
                openSso.Node.Address, method, random.Next(2) == 0 ? "/pol" : "/Pol/opensso-pol", method == "POST" ? Random(random, parts) : "",
                ["Content-Type: application/xml", headers[random.Next(headers.Length)], headers[random.Next(4)]]);
        });
    }

    private static string Random(Random random, string[] parts)
    {
        var text = new StringBuilder();
        for (var left = random.Next(1, 12); left > 0; left--)
        {
            text.Append(parts[random.Next(parts.Length)]);
        }

        return text.ToString();
    }

    private static async Task RunAsync(Func<Task<RawAnswer>> send)
    {
        var statuses = new HashSet<int>();
        for (var number = 0; number < Count; number++)
        {
            var answer = await send();
            statuses.Add(answer.Status);
            Assert.True(answer.Status is < 500 or 501, $"input {number}: {answer.Status}");
            Assert.DoesNotContain("boolean=true", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("token.id", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", answer.Body, StringComparison.Ordinal);
        }

        Assert.True(statuses.Count > 2, "all inputs were answered alike, so the test reaches nothing");
    }
}
