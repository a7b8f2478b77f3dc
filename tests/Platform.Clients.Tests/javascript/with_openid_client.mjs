// openid-client as its users use it. Argument: a JSON document. Asks for the browser's way by lines on standard output.
import { createInterface } from 'node:readline'
import * as client from 'openid-client'

const given = JSON.parse(process.argv[2])
const result = {}
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const browser = async (word, url) => {
  console.log(`${word} ${url}`)
  return new URL((await lines.next()).value)
}

const discover = (id, secret, authentication) =>
  client.discovery(new URL(given.issuer), id, secret, authentication, { execute: [client.allowInsecureRequests] })

// Authorization code with PKCE and a nonce; userinfo; refresh.
const flow = async (config, options = {}) => {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const parameters = {
    redirect_uri: given.redirect_uri,
    scope: options.scope ?? 'openid profile offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    prompt: 'consent',
  }
  const url = options.pushed
    ? await client.buildAuthorizationUrlWithPAR(config, parameters, options.dpop && { DPoP: options.dpop })
    : client.buildAuthorizationUrl(config, parameters)
  const tokens = await client.authorizationCodeGrant(
    config,
    await browser('open', url.href),
    { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
    undefined,
    options.dpop && { DPoP: options.dpop },
  )
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, options.dpop && { DPoP: options.dpop })
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, options.dpop && { DPoP: options.dpop })
  return { tokens, userinfo, refreshed, pushed: url.searchParams.has('request_uri') }
}

const steps = {
  async code() {
    const config = await discover(given.client_id, given.client_secret, client.ClientSecretBasic(given.client_secret))
    const { tokens, userinfo, refreshed } = await flow(config)
    result.token_type = tokens.token_type
    result.userinfo = userinfo
    result.refreshed = refreshed.access_token !== tokens.access_token
    result.introspected = await client.tokenIntrospection(config, refreshed.access_token)
    await client.tokenRevocation(config, refreshed.refresh_token)
    result.after_revocation = await client.tokenIntrospection(config, refreshed.access_token)
  },

  async pushed() {
    const config = await discover(given.client_id, undefined, client.ClientSecretPost(given.client_secret))
    const { pushed, userinfo } = await flow(config, { pushed: true })
    result.pushed = pushed
    result.userinfo = userinfo
  },

  async dpop() {
    const config = await discover(given.client_id, undefined, client.None())
    const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    const { tokens, userinfo, refreshed } = await flow(config, { dpop, pushed: true })
    result.token_type = tokens.token_type
    result.userinfo = userinfo
    result.refreshed_type = refreshed.token_type

    // Without the proof, and with the proof of another key, the token is worth nothing.
    const bare = await fetch(config.serverMetadata().userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    result.without_proof = bare.status
    const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    result.with_another_key = await client
      .fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP: other })
      .then(() => 200, (error) => error.status ?? error.cause?.status ?? 0)
  },

  async device() {
    const config = await discover(given.client_id, undefined, client.None())
    const device = await client.initiateDeviceAuthorization(config, { scope: 'openid profile' })
    result.interval = device.interval
    console.log(`device ${device.verification_uri_complete}`)
    const tokens = await client.pollDeviceAuthorizationGrant(config, device)
    result.userinfo = await client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck)
  },

  async credentials() {
    const config = await discover(given.client_id, given.client_secret, client.ClientSecretBasic(given.client_secret))
    const tokens = await client.clientCredentialsGrant(config, { scope: 'read' })
    result.token_type = tokens.token_type
    result.introspected = await client.tokenIntrospection(config, tokens.access_token)
  },

  async logout() {
    const config = await discover(given.client_id, given.client_secret, client.ClientSecretBasic(given.client_secret))

    // Without offline_access, so that the tokens end with the session.
    const { tokens } = await flow(config, { scope: 'openid profile' })
    const after = await browser('open', client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: given.post_logout_redirect_uri,
      state: 'bye',
    }).href)
    result.after = after.href
    result.introspected = await client.tokenIntrospection(config, tokens.access_token)
  },
}

await steps[given.step]()
console.log(`result ${JSON.stringify(result)}`)
process.exit(0)
