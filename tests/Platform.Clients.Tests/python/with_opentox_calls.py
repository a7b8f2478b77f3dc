"""What the Ruby library of OpenTox sends, byte for byte, with python3-requests. Argument: a JSON document with "server", "user", "password"."""
import json
import sys

import requests

given = json.loads(sys.argv[1])
server = given["server"].rstrip("/")
http = requests.Session()
http.trust_env = False
result = {}


def authenticate(user, password):
    answer = http.post(server + "/auth/authenticate", data={"username": user, "password": password})
    return answer.text.replace("token.id=", "").replace("\n", "") if answer.status_code == 200 else None


def is_token_valid(token):
    return http.post(server + "/auth/isTokenValid", data={"tokenid": token}).text == "boolean=true\n"


def authorize(uri, action, token):
    return http.post(server + "/auth/authorize", data={"uri": uri, "action": action, "subjectid": token}).text == "boolean=true\n"


def user_of(token):
    lines = http.post(server + "/auth/attributes", data={"subjectid": token, "attributes_names": "uid"}).text.split("\n")
    return lines[lines.index("userdetails.attribute.name=uid") + 1].replace("userdetails.attribute.value=", "")


def groups_of(user, token):
    lines = http.post(server + "/opensso/identity/read", data={"name": user, "admin": token, "attributes_names": "group"}).text.split("\n")
    return [line.replace("identitydetails.group=", "") for line in lines if "identitydetails.group=" in line]


def policy(name, uri, kind, dn, methods):
    pairs = "".join(
        f"""
      <AttributeValuePair>
        <Attribute name="{method}" />
        <Value>allow</Value>
      </AttributeValuePair>"""
        for method in methods
    )
    return f"""
  <Policy name="{name}" referralPolicy="false" active="true">
    <Rule name="rule_{name}">
      <ServiceName name="iPlanetAMWebAgentService" />
      <ResourceName name="{uri}"/>{pairs}
    </Rule>
    <Subjects name="subjects_{name}" description="">
      <Subject name="subject_{name}" type="{kind}" includeType="inclusive">
        <AttributeValuePair>
          <Attribute name="Values"/>
          <Value>{dn}</Value>
        </AttributeValuePair>
      </Subject>
    </Subjects>
  </Policy>"""


token = authenticate(given["user"], given["password"])
guest = authenticate("guest", "guest")
result["wrong_password"] = authenticate(given["user"], "wrong")
result["valid"] = is_token_valid(token)
result["user"] = user_of(token)
result["groups"] = groups_of(result["user"], token)
result["all_groups"] = http.post(
    server + "/auth/search", data={"admin": token, "attributes_names": "objecttype", "attributes_values_objecttype": "group"}
).text.split("\n")[0].replace("string=", "")

uri = given["uri"]
result["before"] = authorize(uri, "GET", token)
document = (
    """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE Policies PUBLIC "-//Sun Java System Access Manager7.1 2006Q3
Admin CLI DTD//EN" "jar://com/sun/identity/policy/policyAdmin.dtd">
<Policies>"""
    + policy("policy_user_1", uri, "LDAPUsers", f"uid={result['user']},ou=people,dc=opentox,dc=org", ["GET", "POST", "PUT", "DELETE"])
    + policy("policy_group_1", uri, "LDAPGroups", "cn=member,ou=groups,dc=opentox,dc=org", ["GET"])
    + "\n</Policies>\n"
)
posted = http.post(server + "/Pol/opensso-pol", data=document.encode(), headers={"subjectid": token, "Content-Type": "application/xml"})
result["posted"] = [posted.status_code, posted.text.count("\n")]
result["creator"] = [authorize(uri, method, token) for method in ("GET", "POST", "PUT", "DELETE")]
result["guest"] = [authorize(uri, method, guest) for method in ("GET", "POST", "PUT", "DELETE")]
result["owner"] = http.get(server + "/pol", headers={"uri": uri, "subjectid": guest}).text.replace("\n", "")
named = http.get(server + "/pol", headers={"uri": uri, "polnames": "true", "subjectid": token}).text.split("\n")
result["policies"] = named[1:-1]
result["listed"] = http.get(server + "/pol", headers={"subjectid": token}).text.split("\n")[:-1]
result["again"] = http.post(server + "/pol", data=document.encode(), headers={"subjectid": token, "Content-Type": "application/xml"}).status_code
result["document"] = "policy_group_1" in http.get(server + "/pol", headers={"id": "policy_group_1", "subjectid": token}).text
result["foreign"] = http.delete(server + "/pol", headers={"id": "policy_group_1", "subjectid": guest}).status_code
result["deleted"] = [http.delete(server + "/pol", headers={"id": name, "subjectid": token}).status_code for name in result["policies"]]
result["after"] = authorize(uri, "GET", token)
http.post(server + "/auth/logout", data={"subjectid": token})
result["after_logout"] = is_token_valid(token)
print("result", json.dumps(result), flush=True)
