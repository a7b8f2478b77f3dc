namespace Platform.Api.Demo;

/// <summary>What a new user reads when the demo has started.</summary>
internal static class DemoGuide
{
    private const string Document = """{"species": "Thunnus thynnus", "count": 2}""";

    /// <summary>The text, with commands that work as they stand.</summary>
    internal static string Write(string address) => $"""

        The demo runs at {address} (Ctrl+C stops it; its data stays in data/demo, --demo --fresh begins anew).

          user   password             may enter (root: /d4science.research-infrastructures.eu)
          alice  demo-alice-password  the root, FARM, FARM/AquaMaps (as its VRE-Manager)
          bob    demo-bob-password    Ecosystem, Ecosystem/TryIt
          carol  demo-carol-password  nothing: a user without memberships
          admin  demo-admin-password  everything (Infrastructure-Manager of the root)

        In a browser:

          {address}/          log in, pick a scope
          {address}/account   your scopes, sessions, applications, password; join a scope
          {address}/admin     as admin: the hierarchy, people, sessions, clients, policies, keys, audit; as alice: AquaMaps alone
          {address}/viewer    InfraViewer: read resource_1 without a login, change it with one
          {address}/swagger   Swagger UI: Authorize with read and write, log in as alice, agree, try PATCH /resources/resource_1

        With curl: log in, list the scopes, log in to one, see who you are there, log out.

          ID=$(curl -s -u alice:demo-alice-password -H 'Accept: application/json' {address}/Login | sed 's/.*"jsessionid":"\([^"]*\)".*/\1/')
          curl "{address}/ListInfrastructureScopes;jsessionid=$ID"
          curl "{address}/LoginScope;jsessionid=$ID?scope=/d4science.research-infrastructures.eu/FARM/AquaMaps"
          curl "{address}/session;jsessionid=$ID"
          curl "{address}/Logout;jsessionid=$ID"

        An API client with a token of its own, in FARM/AquaMaps: get it, check it, store a document there and return it.

          TOKEN=$(curl -s -u service:demo-service-secret -d grant_type=client_credentials -d 'scope=read write' --data-urlencode audience=/d4science.research-infrastructures.eu/FARM/AquaMaps {address}/oauth/token | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
          curl -H "Authorization: Bearer $TOKEN" {address}/oauth/tokeninfo
          curl {address}/resource_1
          curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{Document}' {address}/resource_1

        An OpenTox service: import its filter's configuration, log in as it does, ask what it asks, and register who may do what with a dataset.

          dotnet run --project api -- policy import-opentox --demo opentox deploy/opentox/authorization.yaml --host SERVER=tox.example
          OPENTOX=$(curl -s -d username=alice -d password=demo-alice-password {address}/auth/authenticate | sed 's/token.id=//')
          GUEST=$(curl -s -d username=guest -d password=guest {address}/auth/authenticate | sed 's/token.id=//')
          curl -d uri=http://tox.example/algorithm/bbrc -d action=POST -d subjectid=$GUEST {address}/auth/authorize
          curl -d uri=http://tox.example/dataset/1 -d subjectid=$GUEST {address}/auth/authorize
          curl -H "subjectid: $OPENTOX" -H 'Content-Type: application/xml' --data-binary @deploy/opentox/policy.xml {address}/Pol/opensso-pol
          curl -d uri=http://tox.example/dataset/1 -d subjectid=$GUEST {address}/auth/authorize
          curl -d uri=http://tox.example/dataset/1 -d action=DELETE -d subjectid=$GUEST {address}/auth/authorize

        A device without a browser: it shows a code, which alice enters at {address}/device; then it gets its token.

          DEVICE=$(curl -s -d client_id=device -d 'scope=read write' {address}/oauth/device)
          echo "$DEVICE"
          CODE=$(echo "$DEVICE" | sed 's/.*"device_code":"\([^"]*\)".*/\1/')
          ALICE=$(curl -s -d client_id=device -d grant_type=urn:ietf:params:oauth:grant-type:device_code -d device_code=$CODE {address}/oauth/token | sed 's/.*"access_token":"\([^"]*\)".*/\1/')

        A service in between, which got that token with a call, exchanges it for one of its own, still in alice's name (RFC 8693):

          curl -u exchange:demo-exchange-secret -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange -d subject_token=$ALICE -d subject_token_type=urn:ietf:params:oauth:token-type:access_token {address}/oauth/token

        An algorithm in a container, with a token of alice's that is over when it ends (in other terminals, as root; it needs podman, runc, busybox-static):

          deploy/runs/demo/run
          dotnet run --project api -- --demo --Runs:Runtime=unix:///run/platform-podman.sock      # instead of this one
          RUNNER=$(curl -s -u alice:demo-alice-password -H 'Accept: application/json' {address}/Login | sed 's/.*"jsessionid":"\([^"]*\)".*/\1/')
          curl -s "{address}/LoginScope;jsessionid=$RUNNER?scope=/d4science.research-infrastructures.eu/FARM/AquaMaps"
          curl -H "X-Session-Id: $RUNNER" -H 'Content-Type: application/json' -d @deploy/runs/change-resource.json {address}/runs
          curl -H "X-Session-Id: $RUNNER" {address}/resource_1

        A service that knows nothing of the platform, behind nginx with the sample of deploy/proxies/nginx (in another terminal; it needs nginx):

          deploy/proxies/nginx/demo/run
          curl http://localhost:8081/                                   # everyone
          curl -i http://localhost:8081/pages/1                         # 401, with the way to a login
          curl -H "Authorization: Bearer $ALICE" http://localhost:8081/pages/1
          curl -i --path-as-is http://localhost:8081/x/../pages/1       # 403, however the path is written

        In a browser http://localhost:8081/pages/1 leads to the login and back; http://localhost:8081/settings/1 is for alice alone, and
        http://localhost:8081/pages/drafts/1 for nobody. {address}/policies/wiki holds the rules, for admin.

        Commands on the running demo, in another terminal:

          dotnet run --project api -- user list --demo
          dotnet run --project api -- member list --demo /d4science.research-infrastructures.eu/FARM/AquaMaps
          dotnet run --project api -- session end-user --demo alice
          dotnet run --project api -- user list --server {address}      # with a login as admin
          dotnet run --project api -- export --demo --format yaml
          dotnet run --project api -- audit --demo
          dotnet run --project api -- audit --demo --verify


        """;
}
