using Platform.Api.Users;
using Platform.Api.Users.Ldap;
using Platform.Grains.Users;
using Platform.Testing;

namespace Platform.Users.Tests.Ldap;

/// <summary>The slapd that these tests share; what each adds has names of its own.</summary>
public sealed class SlapdFixture : IAsyncLifetime
{
    public SlapdServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await SlapdServer.StartNewAsync();
        await Server.AddPersonAsync("alice", "Alice Åström", "alice's password");
        await Server.AddPersonAsync("bob", "Bob", "bob's password");
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

public sealed class LdapDirectoryTests(SlapdFixture fixture) : IClassFixture<SlapdFixture>
{
    private SlapdServer Slapd => fixture.Server;

    [Fact]
    public async Task Verify_FindsAndBinds_OverTls()
    {
        using var directory = Ldap.Directory(Ldap.Options(Slapd));
        var found = Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("alice", "alice's password"));
        Assert.Equal(new UserProfile("alice", "Alice Åström", "alice@example.org"), found.User.Profile);
        Assert.Equal("ldap", found.User.Key.Directory);
        Assert.True(Guid.TryParse(found.User.Key.Id, out _));
        Assert.Null(found.User.Memberships);
    }

    [Fact]
    public async Task Verify_IsOnePerson_WhateverTheSpelling()
    {
        using var directory = Ldap.Directory(Ldap.Options(Slapd, options => options.NameAttributes = ["uid", "mail"]));
        var keys = new HashSet<UserKey>();
        foreach (var typed in new[] { "alice", "Alice", "ALICE ", "alice@example.org" })
        {
            keys.Add(Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync(typed, "alice's password")).User.Key);
        }

        Assert.Single(keys);
    }

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("alice", "bob's password")]
    public async Task Verify_RefusesAWrongPassword(string name, string password)
    {
        using var directory = Ldap.Directory(Ldap.Options(Slapd));
        Assert.IsType<DirectoryAnswer.WrongPassword>(await directory.VerifyAsync(name, password));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\0alice's password")]
    [InlineData("alice's password\0")]
    public async Task Verify_SendsNoPasswordThatWouldBindAsSomethingElse(string password)
    {
        // slapd takes a bind with a DN and an empty password as an anonymous one, and it succeeds.
        using var directory = Ldap.Directory(Ldap.Options(Slapd));
        Assert.IsType<DirectoryAnswer.WrongPassword>(await directory.VerifyAsync("alice", password));
    }

    [Fact]
    public void HalfASurrogatePair_IsNotSent() => Assert.False(LdapConnector.IsSendable("half a pair \ud83d"));

    [Theory]
    [InlineData("*")]
    [InlineData("a*")]
    [InlineData("alice)(uid=*")]
    [InlineData("*)(|(uid=*")]
    [InlineData("alice)(objectClass=*")]
    [InlineData("alice\\2a")]
    [InlineData("alice,ou=people")]
    [InlineData("alice+cn=x")]
    [InlineData("alice\\")]
    [InlineData("#616c696365")]
    [InlineData("\"alice\"")]
    public async Task Verify_TakesNoNameForAFilterOrADn(string name)
    {
        using var searching = Ldap.Directory(Ldap.Options(Slapd));
        using var binding = Ldap.Directory(Ldap.WithTemplate(Slapd));
        Assert.IsType<DirectoryAnswer.UnknownUser>(await searching.VerifyAsync(name, "alice's password"));
        Assert.IsType<DirectoryAnswer.UnknownUser>(await binding.VerifyAsync(name, "alice's password"));
    }

    [Theory]
    [InlineData("o'hara (test)")]
    [InlineData("comma, inc")]
    [InlineData("plus+equals=hash#")]
    [InlineData("back\\slash")]
    [InlineData("star*")]
    [InlineData("jürgen")]
    public async Task Verify_FindsNamesWithCharactersOfTheGrammars(string uid)
    {
        var dn = $"uid={LdapText.EscapeDnValue(uid)},{SlapdServer.People}";
        await Slapd.AddAsync($"""
            dn: {dn}
            objectClass: inetOrgPerson
            uid:: {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(uid))}
            cn: Odd
            sn: Odd
            userPassword: odd password
            """);
        using var searching = Ldap.Directory(Ldap.Options(Slapd));
        using var binding = Ldap.Directory(Ldap.WithTemplate(Slapd));
        var searched = Assert.IsType<DirectoryAnswer.Found>(await searching.VerifyAsync(uid, "odd password"));
        var bound = Assert.IsType<DirectoryAnswer.Found>(await binding.VerifyAsync(uid, "odd password"));
        Assert.Equal(uid, searched.User.Profile.UserName);
        Assert.Equal(searched.User.Key.Id, bound.User.Key.Id);
        await Slapd.DeleteAsync(dn);
    }

    [Fact]
    public async Task Verify_WithATemplate_FindsAndRefuses()
    {
        using var directory = Ldap.Directory(Ldap.WithTemplate(Slapd));
        Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("bob", "bob's password"));
        Assert.IsType<DirectoryAnswer.WrongPassword>(await directory.VerifyAsync("bob", "alice's password"));
        Assert.IsType<DirectoryAnswer.UnknownUser>(await directory.VerifyAsync("nobody", "bob's password"));
    }

    [Fact]
    public async Task Verify_RefusesANameOfTwoPeople()
    {
        await Slapd.AddPersonAsync("twin1", "Twin", "twin password");
        await Slapd.AddPersonAsync("twin2", "Twin", "twin password");
        using var directory = Ldap.Directory(Ldap.Options(Slapd, options => options.NameAttributes = ["cn"]));
        Assert.IsType<DirectoryAnswer.UnknownUser>(await directory.VerifyAsync("twin", "twin password"));
    }

    [Fact]
    public async Task UserBinds_LeaveTheSearchConnectionsAlone()
    {
        // Bound as alice, who may read herself alone, a search connection would no longer find bob.
        using var directory = Ldap.Directory(Ldap.Options(Slapd, options => options.MaxConcurrency = 1));
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("alice", "alice's password"));
            Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("bob", "bob's password"));
        }
    }

    [Fact]
    public async Task StartTls_Works_AndNeedsTheRightAuthority()
    {
        using var trusted = Ldap.Directory(Ldap.Options(Slapd, options => (options.Servers, options.StartTls) = ([Slapd.Url], true)));
        Assert.IsType<DirectoryAnswer.Found>(await trusted.VerifyAsync("alice", "alice's password"));

        using var folder = new TemporaryFolder();
        TestCertificates.Write(folder.FullName);
        foreach (var server in new[] { Slapd.Url, Slapd.TlsUrl })
        {
            using var stranger = Ldap.Directory(Ldap.Options(
                Slapd, options => (options.Servers, options.StartTls, options.CaFile) = ([server], true, folder.File("ca.pem"))));
            Assert.IsType<DirectoryAnswer.Unavailable>(await stranger.VerifyAsync("alice", "alice's password"));
        }
    }

    [Fact]
    public async Task Plain_Works_WhereItIsAllowed()
    {
        using var directory = Ldap.Directory(Ldap.Options(
            Slapd, options => (options.Servers, options.AllowUnencrypted, options.CaFile) = ([Slapd.Url], true, null)));
        Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("alice", "alice's password"));
    }

    [Fact]
    public async Task WrongSearchAccount_IsTheDirectorysFault()
    {
        using var directory = Ldap.Directory(Ldap.Options(Slapd, options => options.BindPassword = "not the password"));
        Assert.IsType<DirectoryAnswer.Unavailable>(await directory.VerifyAsync("alice", "alice's password"));
    }

    [Fact]
    public async Task Confirm_Follows_Disabling_Removal_AndTheFilter()
    {
        await Slapd.AddPersonAsync("dora", "Dora", "dora's password");
        using var directory = Ldap.Directory(Ldap.Options(Slapd, options => options.UserFilter = "(&(objectClass=person)(!(employeeType=left)))"));
        var key = Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("dora", "dora's password")).User.Key;
        Assert.Equal(key, Assert.IsType<DirectoryAnswer.Found>(await directory.ConfirmAsync(key, default)).User.Key);

        await ChangeAsync("add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z");
        Assert.IsType<DirectoryAnswer.Disabled>(await directory.ConfirmAsync(key, default));
        Assert.IsType<DirectoryAnswer.Disabled>(await directory.VerifyAsync("dora", "dora's password"));

        await ChangeAsync("delete: pwdAccountLockedTime");
        Assert.IsType<DirectoryAnswer.Found>(await directory.ConfirmAsync(key, default));

        await ChangeAsync("add: employeeType\nemployeeType: left");
        Assert.IsType<DirectoryAnswer.UnknownUser>(await directory.ConfirmAsync(key, default));
        Assert.IsType<DirectoryAnswer.UnknownUser>(await directory.VerifyAsync("dora", "dora's password"));

        await ChangeAsync("delete: employeeType");
        await Slapd.DeleteAsync(SlapdServer.PersonDn("dora"));
        Assert.IsType<DirectoryAnswer.UnknownUser>(await directory.ConfirmAsync(key, default));

        // The name again is not the person again.
        await Slapd.AddPersonAsync("dora", "Another Dora", "dora's password");
        var other = Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("dora", "dora's password")).User.Key;
        Assert.NotEqual(key, other);

        Task ChangeAsync(string change) => Slapd.ModifyAsync($"dn: {SlapdServer.PersonDn("dora")}\nchangetype: modify\n{change}");
    }

    [Fact]
    public async Task ABinaryGuid_IsAnIdToo()
    {
        // With octets that mean something in a filter.
        var guid = new Guid([0x2a, 0x28, 0x29, 0x5c, 0x00, 0xff, 0x41, 0x7f, 0x80, 0x0a, 0x0d, 0x20, 0x22, 0x2b, 0x3d, 0x2c]);
        await Slapd.AddPersonAsync("guido", "Guido", "guido's password");
        await Slapd.ModifyAsync($"""
            dn: {SlapdServer.PersonDn("guido")}
            changetype: modify
            add: objectClass
            objectClass: testObject
            -
            add: testGuid
            testGuid:: {Convert.ToBase64String(guid.ToByteArray())}
            """);
        using var directory = Ldap.Directory(Ldap.Options(Slapd, options => (options.IdAttribute, options.IdIsBinaryGuid) = ("testGuid", true)));
        var key = Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("guido", "guido's password")).User.Key;
        Assert.Equal(new UserKey("ldap", guid.ToString("D")), key);
        Assert.IsType<DirectoryAnswer.Found>(await directory.ConfirmAsync(key, default));
        Assert.IsType<DirectoryAnswer.UnknownUser>(await directory.ConfirmAsync(new UserKey("ldap", Guid.NewGuid().ToString("D")), default));
        Assert.IsType<DirectoryAnswer.UnknownUser>(await directory.ConfirmAsync(new UserKey("ldap", "*"), default));

        // One whose id cannot be read is nobody that could be known again.
        Assert.IsType<DirectoryAnswer.Unavailable>(await directory.VerifyAsync("alice", "alice's password"));

        // That is nobody else's trouble.
        Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("guido", "guido's password"));
    }

    [Fact]
    public async Task Rename_KeepsThePerson()
    {
        await Slapd.AddPersonAsync("maiden", "Erin Maiden", "erin's password");
        using var directory = Ldap.Directory(Ldap.Options(Slapd));
        var before = Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("maiden", "erin's password")).User.Key;
        await Slapd.ModifyAsync($"dn: {SlapdServer.PersonDn("maiden")}\nchangetype: modrdn\nnewrdn: uid=married\ndeleteoldrdn: 1");
        Assert.Equal(before, Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync("married", "erin's password")).User.Key);
        Assert.Equal(before, (await directory.ResolveAsync(Ldap.Name("married"), default)).Key);
        Assert.Equal(new NameHolder(null), await directory.ResolveAsync(Ldap.Name("maiden"), default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Groups_GiveMemberships_ByTheRules(bool bySearch)
    {
        var uid = bySearch ? "gus" : "gabi";
        await Slapd.AddPersonAsync(uid, uid, "a group password");
        await Slapd.AddGroupAsync($"farm {uid}", SlapdServer.PersonDn(uid));
        await Slapd.AddGroupAsync($"try {uid}", SlapdServer.PersonDn(uid), SlapdServer.PersonDn("bob"));
        await Slapd.AddGroupAsync($"none {uid}", SlapdServer.PersonDn(uid));
        await Slapd.AddGroupAsync($"others {uid}", SlapdServer.PersonDn("bob"));
        using var directory = Ldap.Directory(Ldap.Options(Slapd, options =>
        {
            options.Groups.SearchBase = bySearch ? SlapdServer.Groups : null;
            options.Groups.MemberOfAttribute = bySearch ? null : "memberOf";
            options.Groups.Rules =
            [
                new() { Group = $"CN=Farm {uid.ToUpperInvariant()}, OU=groups,dc=example,dc=org", Scope = "/gcube/FARM", Roles = ["vo-admin", "Data-Manager"] },
                new() { Group = $"FARM {uid}", Scope = "/gcube" },
                new() { Group = $"try {uid}", Scope = "/gcube/Ecosystem/TryIt" },
                new() { Group = $"others {uid}", Scope = "/gcube/Other", Roles = ["VO-Admin"] },
            ];
        }));
        var user = Assert.IsType<DirectoryAnswer.Found>(await directory.VerifyAsync(uid, "a group password")).User;
        Assert.Equal(
            ["/gcube:", "/gcube/Ecosystem/TryIt:", "/gcube/FARM:Data-Manager,VO-Admin"],
            user.Memberships!.Value.Select(membership => $"{membership.Scope}:{string.Join(',', membership.Roles)}"));
        Assert.All(user.Memberships.Value, membership => Assert.Equal("ldap", membership.Source));

        await Slapd.DeleteAsync($"cn=try {uid},{SlapdServer.Groups}");
        user = Assert.IsType<DirectoryAnswer.Found>(await directory.ConfirmAsync(user.Key, default)).User;
        Assert.Equal(["/gcube", "/gcube/FARM"], user.Memberships!.Value.Select(membership => membership.Scope.Value));
    }
}
