"""Authlib as its users use it. Argument: a JSON document. Asks for the browser's way by lines on standard output."""
import json
import sys
import time

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oauth2.rfc7523 import PrivateKeyJWT

given = json.loads(sys.argv[1])
server = given["discovery"]
result = {}

# Authorization code with PKCE; the library makes the challenge.
session = OAuth2Session(
    given["client_id"], given["client_secret"], scope=given["scope"], redirect_uri=given["redirect_uri"], code_challenge_method="S256"
)
url, state = session.create_authorization_url(
    server["authorization_endpoint"], code_verifier=given["verifier"], nonce="n-authlib", prompt="consent"
)
print("open", url, flush=True)
redirected = sys.stdin.readline().strip()
token = session.fetch_token(server["token_endpoint"], authorization_response=redirected, code_verifier=given["verifier"])
claims = jwt.decode(
    token["id_token"],
    JsonWebKey.import_key_set(requests.get(server["jwks_uri"]).json()),
    claims_options={"iss": {"essential": True, "value": server["issuer"]}, "aud": {"essential": True, "value": given["client_id"]}},
)
claims.validate()
result["nonce"] = claims["nonce"]
result["sub"] = claims["sub"]
result["userinfo"] = session.get(server["userinfo_endpoint"]).json()

# Refresh, introspection, revocation.
refreshed = session.refresh_token(server["token_endpoint"], refresh_token=token["refresh_token"])
result["refreshed"] = refreshed["access_token"] != token["access_token"]
result["introspected"] = session.introspect_token(server["introspection_endpoint"], token=refreshed["access_token"]).json()
result["revoked"] = session.revoke_token(server["revocation_endpoint"], token=refreshed["refresh_token"]).status_code
result["after_revocation"] = session.introspect_token(server["introspection_endpoint"], token=refreshed["access_token"]).json()

# A client for itself, by its secret and by its key (RFC 7523).
service = OAuth2Session(given["service_id"], given["service_secret"], scope="read")
result["service"] = service.fetch_token(server["token_endpoint"], grant_type="client_credentials")["token_type"]

key = JsonWebKey.generate_key("EC", "P-256", is_private=True)
keyed = requests.post(
    server["registration_endpoint"],
    json={
        "client_name": "Authlib with a key",
        "grant_types": ["client_credentials"],
        "response_types": [],
        "scope": "read",
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [dict(key.as_dict(is_private=False), kid="k1", use="sig", alg="ES256")]},
    },
).json()
by_key = OAuth2Session(
    keyed["client_id"], key.as_pem(is_private=True), scope="read", token_endpoint_auth_method="private_key_jwt"
)
by_key.register_client_auth_method(PrivateKeyJWT(server["token_endpoint"], headers={"kid": "k1"}, alg="ES256"))
result["private_key_jwt"] = by_key.fetch_token(server["token_endpoint"], grant_type="client_credentials")["token_type"]

# A device (RFC 8628): the library speaks the grant, the caller asks for the codes.
device = requests.post(
    server["device_authorization_endpoint"], data={"client_id": given["device_id"], "scope": "openid profile"}
).json()
print("device", device["verification_uri_complete"], flush=True)
by_device = OAuth2Session(given["device_id"], token_endpoint_auth_method="none", scope="openid profile")
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    time.sleep(device.get("interval", 5))
    try:
        polled = by_device.fetch_token(
            server["token_endpoint"], grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code=device["device_code"]
        )
        result["device"] = by_device.get(server["userinfo_endpoint"]).json()
        break
    except Exception as error:  # the library raises what the server says
        if getattr(error, "error", "") not in ("authorization_pending", "slow_down"):
            raise
print("result", json.dumps(result), flush=True)
