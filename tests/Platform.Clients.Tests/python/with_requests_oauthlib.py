"""requests-oauthlib as its users use it. Argument: a JSON document. Asks for the browser's way by lines on standard output."""
import json
import sys

import requests
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

given = json.loads(sys.argv[1])
server = given["discovery"]
result = {}

# Authorization code with PKCE (this release of the library leaves the challenge to its caller).
session = OAuth2Session(given["client_id"], redirect_uri=given["redirect_uri"], scope=given["scope"].split())
url, state = session.authorization_url(
    server["authorization_endpoint"], code_challenge=given["challenge"], code_challenge_method="S256", prompt="consent"
)
print("open", url, flush=True)
redirected = sys.stdin.readline().strip()
token = session.fetch_token(
    server["token_endpoint"],
    authorization_response=redirected,
    code_verifier=given["verifier"],
    auth=HTTPBasicAuth(given["client_id"], given["client_secret"]),
)
result["token_type"] = token["token_type"]
result["userinfo"] = session.get(server["userinfo_endpoint"]).json()

# Refresh.
refreshed = session.refresh_token(server["token_endpoint"], auth=HTTPBasicAuth(given["client_id"], given["client_secret"]))
result["refreshed"] = refreshed["access_token"] != token["access_token"]
result["userinfo_after_refresh"] = session.get(server["userinfo_endpoint"]).status_code


def about(text):
    return requests.post(
        server["introspection_endpoint"], data={"token": text}, auth=(given["client_id"], given["client_secret"])
    ).json()


# Introspection, revocation, introspection.
result["introspected"] = about(refreshed["access_token"])
revoked = requests.post(
    server["revocation_endpoint"], data={"token": refreshed["refresh_token"]}, auth=(given["client_id"], given["client_secret"])
)
result["revoked"] = revoked.status_code
result["after_revocation"] = about(refreshed["access_token"])

# A client for itself.
service = OAuth2Session(client=BackendApplicationClient(client_id=given["service_id"]))
own = service.fetch_token(
    server["token_endpoint"], auth=HTTPBasicAuth(given["service_id"], given["service_secret"]), scope=["read"]
)
result["service"] = requests.post(
    server["introspection_endpoint"], data={"token": own["access_token"]}, auth=(given["service_id"], given["service_secret"])
).json()
print("result", json.dumps(result), flush=True)
