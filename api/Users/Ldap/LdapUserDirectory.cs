using System.Collections.Immutable;
using System.DirectoryServices.Protocols;
using Platform.Grains.Scopes;
using Platform.Grains.Users;

namespace Platform.Api.Users.Ldap;

/// <summary>A directory on LDAP servers. The first server that answers decides.</summary>
internal sealed partial class LdapUserDirectory : IUserDirectory, IDisposable
{
    // A server whose failure is this fresh is not tried again even where no other one is left.
    private static readonly TimeSpan JustFailed = TimeSpan.FromSeconds(1);

    private readonly LdapOptions _options;
    private readonly LdapServer[] _servers;
    private readonly LdapConnector _connector;
    private readonly LdapPool _pool;
    private readonly LdapWork _work;
    private readonly LdapEntries _entries;
    private readonly LdapGroups _groups;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>With the settings of one directory.</summary>
    public LdapUserDirectory(string name, LdapOptions options, UsersOptions users, TimeProvider time, ILogger<LdapUserDirectory> logger)
    {
        LdapNative.SetTimeouts(users.LdapConnectTimeout, users.LdapOperationTimeout);
        Name = name;
        _options = options;
        _time = time;
        _logger = logger;
        _servers =
        [
            .. options.Servers!.Select(text => LdapServer.TryParse(text, out var server)
                ? server
                : throw new ArgumentException($"'{text}' is not an LDAP server.", nameof(options))),
        ];
        _connector = new LdapConnector(options, users.LdapOperationTimeout);
        _pool = new LdapPool(_connector, options.MaxConcurrency, options.IdleConnection, time);
        _work = new LdapWork(options.MaxConcurrency, users.LdapConnectTimeout + (2 * users.LdapOperationTimeout), time);
        _entries = new LdapEntries(options, name);
        _groups = new LdapGroups(options.Groups, name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool HashesPasswords => false;

    /// <inheritdoc/>
    public bool IsRemote => true;

    /// <inheritdoc/>
    public Task<DirectoryAnswer> VerifyAsync(LocalName name, string password, CancellationToken cancellationToken) =>
        AskAsync(server => Verify(server, name, password), reason => new DirectoryAnswer.Unavailable(reason), cancellationToken);

    /// <inheritdoc/>
    public Task<DirectoryAnswer> ConfirmAsync(UserKey key, CancellationToken cancellationToken) =>
        AskAsync(
            server => Find(server, connection => _entries.FindById(connection, key.Id), key.Id)?.ToAnswer() ?? new DirectoryAnswer.UnknownUser(),
            reason => new DirectoryAnswer.Unavailable(reason),
            cancellationToken);

    /// <inheritdoc/>
    public Task<NameHolder> ResolveAsync(LocalName name, CancellationToken cancellationToken) =>
        AskAsync(
            server => new NameHolder(_pool.Use(server, connection => _entries.FindByName(connection, name.Value) is { } entry ? _entries.ReadKey(entry) : null)),
            _ => new NameHolder(null, Answered: false),
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _pool.Dispose();
        _connector.Dispose();
        _work.Dispose();
    }

    private DirectoryAnswer Verify(LdapServer server, LocalName name, string password)
    {
        var found = Find(server, connection => _entries.FindByName(connection, name.Value), name.Value);

        // Where there is no such user, a bind that must fail costs what a wrong password costs.
        var dn = found?.Dn ?? $"cn={Guid.NewGuid():N},{_options.SearchBase ?? _options.UserDnTemplate!.Replace("{0}", "x", StringComparison.Ordinal)}";
        var verified = _connector.TryBindAsUser(server, dn, password);
        return found switch
        {
            null => new DirectoryAnswer.UnknownUser(),
            { IsDisabled: true } => new DirectoryAnswer.Disabled(found.User.Key),
            _ when !verified => new DirectoryAnswer.WrongPassword(found.User.Key),
            _ => found.ToAnswer(),
        };
    }

    private FoundEntry? Find(LdapServer server, Func<LdapConnection, SearchResultEntry?> search, string fallbackName) =>
        _pool.Use(server, connection =>
        {
            if (search(connection) is not { } entry)
            {
                return null;
            }

            var key = _entries.ReadKey(entry) ?? throw new LdapEntryException($"The entry {entry.DistinguishedName} has no readable {_options.IdAttribute}.");
            ImmutableArray<Membership>? memberships = _groups.GiveMemberships ? _groups.Find(connection, entry) : null;
            return new FoundEntry(
                entry.DistinguishedName,
                _entries.IsDisabled(entry),
                new DirectoryUser(key, _entries.ReadProfile(entry, fallbackName), memberships));
        });

    private async Task<T> AskAsync<T>(Func<LdapServer, T> question, Func<string, T> unavailable, CancellationToken cancellationToken)
    {
        var reason = "No server is left to be asked.";
        foreach (var server in Candidates())
        {
            try
            {
                var answer = await _work.RunAsync(server, question, cancellationToken).ConfigureAwait(false);
                server.MarkWell();
                return answer;
            }
            catch (Exception failure) when (LdapFailures.IsOfOneQuestion(failure))
            {
                server.MarkWell();
                LogNoAnswer(Name, server, LdapFailures.Describe(failure));
                return unavailable($"{server}: {LdapFailures.Describe(failure)}");
            }
            catch (Exception failure) when (failure is TimeoutException || LdapFailures.IsFailure(failure))
            {
                server.MarkFailed(_time);
                reason = $"{server}: {LdapFailures.Describe(failure)}";
                LogServerFailed(Name, server, LdapFailures.Describe(failure));
            }
        }

        return unavailable(reason);
    }

    // Those in good standing first, in the configured order; then those that failed, but not just now.
    private List<LdapServer> Candidates() =>
    [
        .. _servers.Where(server => !server.IsStuck && !server.FailedWithin(_options.ServerRetry, _time)),
        .. _servers.Where(server => !server.IsStuck && server.FailedWithin(_options.ServerRetry, _time) && !server.FailedWithin(JustFailed, _time)),
    ];

    private sealed record FoundEntry(string Dn, bool IsDisabled, DirectoryUser User)
    {
        public DirectoryAnswer ToAnswer() => IsDisabled ? new DirectoryAnswer.Disabled(User.Key) : new DirectoryAnswer.Found(User);
    }
}
