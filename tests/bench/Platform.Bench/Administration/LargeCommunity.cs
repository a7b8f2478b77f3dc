using System.Collections.Immutable;
using System.Globalization;
using Platform.Grains.Cluster;
using Platform.Grains.OAuth.Clients;
using Platform.Grains.Scopes;
using Platform.Grains.Sessions;
using Platform.Grains.Users;
using Platform.Storage;

namespace Platform.Bench.Administration;

/// <summary>
/// Writes the rows of a large community, as the grains leave them: one infrastructure with 100 VOs of 99 VREs each, users who are members of
/// the infrastructure, of a VO and of a VRE, one in nineteen with a request that waits, one in 49 with a live session.
/// </summary>
internal sealed class LargeCommunity(IStateStore states, IActivityStore activity, TimeProvider time)
{
    public const int Users = 100_000;
    public const string Root = "/infra";

    private const int Organisations = 100;
    private const int EnvironmentsEach = 99;
    private const int Clients = 500;
    private const int RowsAtOnce = 500;

    private static readonly string[] s_givenNames = ["Ada", "Blaise", "Chiara", "Dmitri", "Élodie", "Fatima", "Göran", "Hélène", "Ingrid", "João"];
    private static readonly string[] s_familyNames = ["Lovelace", "Müller", "Rossi", "Ιωάννου", "Novák", "García", "Øster", "Petrov", "Quinn", "Sørensen", "Tanaka"];

    public static string Organisation(int number) => string.Create(CultureInfo.InvariantCulture, $"{Root}/VO{number % Organisations:000}");

    public static string Environment(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Organisation(number)}/VRE{number / Organisations % EnvironmentsEach:00}");

    public async Task WriteScopesAsync()
    {
        var scopes = Enumerable.Range(0, Organisations)
            .Select(Organisation)
            .Concat(Enumerable.Range(0, Organisations * EnvironmentsEach).Select(Environment))
            .Prepend(Root)
            .Order(StringComparer.Ordinal)
            .Select(path => new ScopeState { Path = path, Description = $"What people do in {path}.", Epoch = 1 });
        await WriteAsync([Row(StateNames.Scopes, ScopeHierarchyState.Key, new ScopeHierarchyState { LastEpoch = 1, Scopes = [.. scopes] })]);
    }

    public async Task WriteClientsAsync() => await WriteAsync(Enumerable.Range(0, Clients).Select(number => Row(
        StateNames.Client, $"client:app-{number}", new ClientState { Definition = new() { Name = $"Application {number}" } })));

    public async Task WriteUsersAsync()
    {
        foreach (var numbers in Enumerable.Range(0, Users).Chunk(RowsAtOnce))
        {
            await WriteAsync(numbers.SelectMany(RowsOf));
            foreach (var number in numbers.Where(HasSession))
            {
                var now = time.GetUtcNow();
                await activity.StartAsync(new StateKey(StateNames.Session, SessionKeyOf(number)), now, now.AddHours(12), default);
            }
        }
    }

    private static bool HasSession(int number) => number % 49 == 0;

    private static string SessionKeyOf(int number) => SecretLike(number);

    private static string SecretLike(int number) => number.ToString("x64", CultureInfo.InvariantCulture);

    private static StateChange Row<TState>(string type, string key, TState state) => new(new StateKey(type, key), 0, StateSerializer.Serialize(state));

    private IEnumerable<StateChange> RowsOf(int number)
    {
        var key = $"local:{number:x8}";
        var now = time.GetUtcNow();
        var given = s_givenNames[number % s_givenNames.Length];
        var family = s_familyNames[number % s_familyNames.Length];
        ImmutableArray<UserSessionState> sessions = [];
        if (HasSession(number))
        {
            var session = new SessionState
            {
                Handle = $"handle{number:x}",
                User = key,
                Scope = Environment(number),
                ScopeEpoch = 1,
                StartedAt = now,
                EndsAt = now.AddHours(12),
                IdleTimeout = TimeSpan.FromMinutes(30),
            };
            sessions = [new() { Key = SessionKeyOf(number), Handle = session.Handle, StartedAt = now, EndsAt = session.EndsAt, Address = $"192.0.2.{number % 250}", UserAgent = "bench" }];
            yield return Row(StateNames.Session, SessionKeyOf(number), session);
        }

        yield return Row(StateNames.User, key, new UserState
        {
            UserName = $"{family.ToLowerInvariant()}{number}",
            DisplayName = $"{given} {family} {number}",
            Mail = $"{given.ToLowerInvariant()}{number}@example.org",
            PasswordHash = "$pbkdf2-sha512$i=210000$AAAAAAAAAAAAAAAAAAAAAA$BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
            Disabled = number % 1000 == 1,
            Sessions = sessions,
            KnownAddresses = ["192.0.2.1"],
        });
        yield return Row(StateNames.Memberships, key, new MembershipsState
        {
            Items =
            [
                new() { Scope = Root },
                new() { Scope = Organisation(number), Roles = number < Organisations ? [Roles.VOAdmin] : [] },
                new() { Scope = Environment(number), Roles = number % 500 == 0 ? [Roles.VREManager] : [], Until = number % 10 == 0 ? now.AddDays(number % 365) : null },
            ],
            Requests = number % 19 == 0 ? [new() { Scope = Environment(number + 1), Message = "May I?", RequestedAt = now }] : [],
        });
    }

    private async Task WriteAsync(IEnumerable<StateChange> rows) => await states.WriteAllAsync([.. rows], default);
}
