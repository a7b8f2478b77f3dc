using System.Text;
using Platform.Api.Policies.OpenTox;
using Platform.Console.Tests.Support;
using Platform.Policies.Decisions;
using Platform.Policies.Requests;
using Platform.Policies.Rules;

namespace Platform.Console.Tests.Policies;

/// <summary>The decisions of OpenTox's configuration file, taken as it is, against the order that the contract describes.</summary>
public sealed class OpenToxFilterTests
{
    private const string Token = "token", Policies = "policies", Anyone = "anyone";
    private static readonly byte[] s_file = File.ReadAllBytes(Repository.File("deploy", "opentox", "authorization.yaml"));

    /// <summary>What the real file lets through: anyone, whoever has a token, or whom the policies allow.</summary>
    [Theory]
    [InlineData("GET", "/algorithm", Anyone)]
    [InlineData("GET", "/algorithm/bbrc", Anyone)]
    [InlineData("GET", "/algorithm/fminer/1/x", Anyone)]
    [InlineData("HEAD", "/algorithm", Policies)]
    [InlineData("POST", "/algorithm", Token)]
    [InlineData("POST", "/algorithm/lazar", Token)]
    [InlineData("PUT", "/algorithm", Policies)]
    [InlineData("GET", "/model", Anyone)]
    [InlineData("GET", "/model/", Anyone)]
    [InlineData("GET", "/model?page=2", Anyone)]
    [InlineData("GET", "/model.rdf", Anyone)]
    [InlineData("GET", "/model/1", Policies)]
    [InlineData("GET", "/model/1/predicted/2", Policies)]
    [InlineData("POST", "/model", Token)]
    [InlineData("POST", "/model/1", Policies)]
    [InlineData("DELETE", "/model", Policies)]
    [InlineData("GET", "/dataset", Anyone)]
    [InlineData("GET", "/dataset/1", Policies)]
    [InlineData("POST", "/dataset", Token)]
    [InlineData("POST", "/dataset/1", Policies)]
    [InlineData("GET", "/validation", Anyone)]
    [InlineData("GET", "/validation/resources", Anyone)]
    [InlineData("GET", "/validation/resources/xyz/1", Anyone)]
    [InlineData("GET", "/validation/crossvalidation/loo", Anyone)]
    [InlineData("GET", "/validation/crossvalidation/7", Policies)]
    [InlineData("POST", "/validation", Token)]
    [InlineData("POST", "/validation/training_test_split", Token)]
    [InlineData("POST", "/validation/1", Policies)]
    [InlineData("GET", "/toxcreate", Anyone)]
    [InlineData("POST", "/toxcreate", Policies)]
    [InlineData("GET", "/toxcreate/models", Anyone)]
    [InlineData("POST", "/toxcreate/predict", Anyone)]
    [InlineData("HEAD", "/toxcreate/predict", Anyone)]
    [InlineData("GET", "/task/1", Anyone)]
    [InlineData("POST", "/task", Anyone)]
    [InlineData("PUT", "/task/1", Anyone)]
    [InlineData("DELETE", "/task/1", Policies)]
    [InlineData("DELETE", "/task/cleanup", Anyone)]
    [InlineData("GET", "/compound/InChI=1S", Anyone)]
    [InlineData("GET", "/a/sign_in", Anyone)]
    [InlineData("POST", "/a/sign_out", Anyone)]
    [InlineData("PUT", "/a/sign_out", Policies)]
    [InlineData("GET", "/a/sign_in/x", Policies)]
    [InlineData("GET", "/anything", Policies)]
    [InlineData("PATCH", "/model", "nobody")]
    [InlineData("OPTIONS", "/task", "nobody")]
    public void TheRealFile(string method, string path, string lets)
    {
        foreach (var (terms, origin) in new[] { (NoTerms, "http://SERVER"), (Terms("SERVER", "tox.example:8080"), "http://tox.example:8080") })
        {
            var file = OpenToxFile.Read(s_file, terms);
            Assert.Empty(file.Errors);
            var set = CompiledPolicySet.Compile(file.Set);
            bool Lets(IPolicySubject subject, bool policiesAllow) => Decide(set, method, origin + path, subject, policiesAllow);
            Assert.Equal(lets == Anyone, Lets(AnonymousSubject.Instance, policiesAllow: true));
            Assert.Equal(lets is Anyone or Token, Lets(new SomeUser(), policiesAllow: false));
            Assert.Equal(lets is Anyone or Token or Policies, Lets(new SomeUser(), policiesAllow: true));
        }
    }

    [Fact]
    public void Hosts_AreThoseOfTheFile()
    {
        Assert.Equal(["server"], OpenToxFile.Read(s_file, NoTerms).Set.Hosts.AsEnumerable());
        Assert.Equal(["tox.example:8080"], OpenToxFile.Read(s_file, Terms("SERVER", "tox.example:8080")).Set.Hosts.AsEnumerable());
        Assert.Equal(UrlCleaning.OpenTox, OpenToxFile.Read(s_file, NoTerms).Set.Cleaning);
    }

    [Fact]
    public void ABlock_MeansTheSame_AndABlankServerNothing_UnlessSaid()
    {
        var text = Encoding.UTF8.GetString(s_file);
        var block = Read($":yaml_dir: /var/opentox\n:authorization:\n  :server: \"https://sso.example\"\n{text}\n:uri: x\n");
        Assert.Empty(block.Errors);
        Assert.Equal(OpenToxFile.Read(s_file, NoTerms).Set.Rules.Select(rule => (rule.Id, rule.Path)), block.Set.Rules.Select(rule => (rule.Id, rule.Path)));

        var disabled = ":server: \n:free_request:\n  - GET\n";
        Assert.Equal(1, Place(Assert.Single(Read(disabled).Errors)).Line);
        var taken = OpenToxFile.Read(Encoding.UTF8.GetBytes(disabled), new OpenToxTerms(new Dictionary<string, string>(), TakeDisabled: true));
        Assert.Empty(taken.Errors);
        Assert.True(Decide(CompiledPolicySet.Compile(taken.Set), "DELETE", "http://x/y", AnonymousSubject.Instance, false));
    }

    [Theory]
    [InlineData("[1, 2]", 1, 1)]
    [InlineData(":free_request: [GET]\n:free_url: x", 2, 2)]
    [InlineData(":free_request: [GET]\n:free_request: [PUT]", 2, 2)]
    [InlineData(":authorization:\n  :free_request: [GET]\n:authorization:\n  :free_request: [PUT]", 3, 2)]
    [InlineData(":free_request:\n  - GET\n  - get it", 3, 5)]
    [InlineData(":free_uris:\n  ? - :GET\n  : - {a: b}", 3, 7)]
    [InlineData(":free_uris:\n  ? - :GET\n  : - !ruby/object:Kernel x", 3, 7)]
    [InlineData(":free_uris:\n  ? - :GET\n  : - &a http://x/\n    - *a", 3, 7)]
    [InlineData(":free_uris:\n  ? - :GET\n  : - /model", 3, 7)]
    [InlineData(":free_uris:\n  - GET", 2, 3)]
    [InlineData(":free_uris: {", 2, 1)]
    public void WhatIsWrong_IsSaidWithItsPlace(string text, int line, int column) => Assert.Equal((line, column), Place(Read(text).Errors[0]));

    [Theory]
    [InlineData(@"/http:\/\/h\/a/", "http://h/a/b", true)]
    [InlineData(@"/^http:\/\/h\/a$/", "http://h/a/b", false)]
    [InlineData(@"/\Ahttp:\/\/h\/a\z/", "http://h/a", true)]
    [InlineData(@"/\/[\d]+$/", "http://h/a/12", true)]
    [InlineData(@"/\/\h{2,}$/", "http://h/a/fG", false)]
    [InlineData(@"/\/\d{,2}x$/", "http://h/x", true)]
    [InlineData(@"/\/(?<id>\w+)\/(?:x|y)$/", "http://h/a_1/y", true)]
    [InlineData(@"/\/A\/(?i)b$/", "http://h/A/B", true)]
    [InlineData(@"/\/a\/(?i:b)c$/", "http://h/a/BC", false)]
    [InlineData(@"/\/MODEL$/i", "http://h/model", true)]
    [InlineData(@"/\/[[:alpha:]-]+$/", "http://h/a-b", true)]
    [InlineData(@"/\/[\w-]+$/", "http://h/a-b", true)]
    [InlineData(@"/\/[a-c,_\-]+$/", "http://h/abd", false)]
    [InlineData(@"/\/\x61\u0062\_$/", "http://h/ab_", true)]
    [InlineData(@"/\/a{b$/", "http://h/a", false)]
    [InlineData(@"/\/a#b c$/", "http://h/ab", false)]
    [InlineData(@"/http:\/\/TOX\.Example\/A/", "http://tox.example/A", true)]
    [InlineData(@"/http:\/\/TOX\.Example\/A/", "http://tox.example/a", false)]
    public void Regexps_MeanTheSame(string literal, string url, bool matches)
    {
        Assert.True(RubyRegexp.TryTranslate(literal, out var pattern, out _, out var fault), fault);
        var set = CompiledPolicySet.Compile(new PolicySet
        {
            Rules = [new PolicyRule { Id = "r", Effect = PolicyEffect.Allow, Path = new PathPattern(PathPatternKind.UrlRegex, pattern), Who = [PolicyAudience.Anyone] }],
        });
        Assert.Equal(matches, Decide(set, "GET", url, AnonymousSubject.Instance, false));
    }

    [Theory]
    [InlineData("a/")]
    [InlineData("/a")]
    [InlineData("/a/x")]
    [InlineData(@"/(a)\1/")]
    [InlineData("/a(?=b)/")]
    [InlineData("/a(?!b)/")]
    [InlineData("/(?<=a)b/")]
    [InlineData("/(?>a)b/")]
    [InlineData("/a++/")]
    [InlineData("/a**/")]
    [InlineData("/a{2}?/")]
    [InlineData("/a{2,3}+/")]
    [InlineData(@"/\p{Alpha}/")]
    [InlineData(@"/\Ga/")]
    [InlineData(@"/a\Kb/")]
    [InlineData(@"/\R/")]
    [InlineData("/[a&&b]/")]
    [InlineData("/[a[bc]]/")]
    [InlineData(@"/[^\W]/")]
    [InlineData("/[]a]/")]
    [InlineData("/[b-a]/")]
    [InlineData("/[a/")]
    [InlineData("/(a/")]
    [InlineData("/a)/")]
    [InlineData(@"/a\/")]
    [InlineData("/*a/")]
    public void WhatMeansSomethingElse_IsRefusedWithItsLine(string literal)
    {
        var file = Read($":free_uris:\n  ? - :GET\n  : - http://h/x\n    - !ruby/regexp '{literal}'\n");
        var problem = Assert.Single(file.Errors);
        Assert.Equal(4, problem.Place.Line);
        Assert.StartsWith("the regular expression cannot be taken: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fuzz_NeverThrows()
    {
        string[] parts = ["/", "\\", "[", "]", "(", ")", "(?", "(?<a>", "{", "}", ",", "1", "*", "+", "?", "^", "$", "|", "a", "b-", "[:alpha:]", "&&", "\\x", "\\u00", "\\d", "http://H", "i", "\n", ":", "- ", "? ", "!ruby/regexp ", "é"];
        var random = new Random(56);
        var translated = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            translated += RubyRegexp.TryTranslate($"/{text}/", out _, out _, out _) ? 1 : 0;
            if (i % 10 == 0)
            {
                Assert.NotNull(Read(text).Set);
            }
        }

        Assert.InRange(translated, 100, 19_900);
    }

    private static OpenToxTerms NoTerms => new(new Dictionary<string, string>(), TakeDisabled: false);

    private static OpenToxTerms Terms(string name, string host) => new(new Dictionary<string, string> { [name] = host }, TakeDisabled: false);

    private static OpenToxFile Read(string text) => OpenToxFile.Read(Encoding.UTF8.GetBytes(text), NoTerms);

    private static (int Line, int Column) Place(Grains.Scopes.Import.ImportProblem problem) => (problem.Place.Line, problem.Place.Column);

    private static bool Decide(CompiledPolicySet set, string method, string uri, IPolicySubject subject, bool policiesAllow)
    {
        Assert.True(RequestUrl.TryNormalise(uri, out var url, out var fault), fault);
        return set.Decide(new PolicyRequest(method, url, subject, null, DateTimeOffset.UnixEpoch, new SomePolicies(policiesAllow))).IsAllowed;
    }

    private sealed class SomePolicies(bool allow) : IPolicyDocuments
    {
        public DocumentVerdict Decide(string url, string method, IPolicySubject subject) => new(allow, "policy");
    }

    private sealed class SomeUser : IPolicySubject
    {
        public bool IsAuthenticated => true;

        public string? Client => null;

        public DateTimeOffset? AuthenticatedAt => null;

        public string? Strength => null;

        public bool IsUser(string nameOrKey) => false;

        public bool IsInGroup(string group) => false;

        public bool HasRole(string role, string scope) => false;

        public bool HasOAuthScope(string oauthScope) => true;

        public bool ActsFor(string groupOrScope) => true;
    }
}
