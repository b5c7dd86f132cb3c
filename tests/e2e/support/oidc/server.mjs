// A real, certified OpenID provider on this machine alone, for tests: people sign in by name with any password, and
// POST /control makes it do what a provider must never do.
//
//   OIDC_CONFIG='{"clientId": "signalbox", "clientSecret": "…", "redirectUris": ["…"],
//                 "users": {"ada": {"name": "…", "groups": ["…"]}}}' node server.mjs
//
// It prints `ready http://127.0.0.1:PORT`, which is its issuer, and ends when its standard input does or on SIGTERM.
// More in OIDC_CONFIG: `port`; `postLogoutRedirectUris`; `claimsIn`: "userinfo" (as the standard has it, and if nothing is
// said) or "id_token"; without `clientSecret` the client is a public one.
//
// POST /control {"fault": NAME or null}: one of faults.mjs, until another is set. {"rotate": true}: signs with a new key
// from now on, and the old one is gone; "ES256" and the like say of which kind. {"users": {…}}: these are the people from now on. GET /control tells how often
// each path was asked for.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";
import { FAULTS, before, tamper } from "./faults.mjs";

const config = { port: 0, postLogoutRedirectUris: [], claimsIn: "userinfo", users: {}, ...JSON.parse(process.env.OIDC_CONFIG ?? "{}") };
const { clientId, clientSecret, redirectUris } = config;
if (!clientId || !redirectUris) throw new Error("OIDC_CONFIG names no clientId or no redirectUris");

const state = { fault: null, users: config.users, key: await newKey("RS256"), issuer: "", asked: {} };

async function newKey(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: "sig", kid: randomUUID() };
}

function person(id) {
  const user = state.users[id];
  if (!user) return undefined;
  const claims = { sub: id, preferred_username: id, email: `${id}@example.org`, email_verified: true, ...user };
  return { accountId: id, claims: () => claims };
}

// Sessions and grants outlive it: they are kept by its module.
function provider() {
  const made = new Provider(state.issuer, {
    clients: [
      {
        client_id: clientId,
        ...(clientSecret ? { client_secret: clientSecret } : { token_endpoint_auth_method: "none" }),
        redirect_uris: redirectUris,
        post_logout_redirect_uris: config.postLogoutRedirectUris,
        grant_types: ["authorization_code"],
        response_types: ["code"],
        id_token_signed_response_alg: state.key.alg,
      },
    ],
    jwks: { keys: [state.key] },
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"], groups: ["groups"] },
    conformIdTokenClaims: config.claimsIn === "userinfo",
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "ES384", "EdDSA"] },
    findAccount: (_, id) => person(id),
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
  });
  made.use(async (ctx, next) => {
    await next();
    await tamper(state, ctx);
  });
  made.on("server_error", (_, error) => console.error(error));
  return made.callback();
}

async function control(request, response) {
  let body = "";
  for await (const part of request) body += part;
  const { fault, rotate, users } = JSON.parse(body);
  if (fault && !FAULTS.includes(fault)) {
    response.writeHead(400).end(`no such fault: ${fault}; there are ${FAULTS.join(", ")}\n`);
    return;
  }
  if (fault !== undefined) state.fault = fault;
  if (users) state.users = users;
  if (rotate) {
    state.key = await newKey(rotate === true ? "RS256" : rotate);
    answer = provider();
  }
  response.writeHead(204).end();
}

let answer;
const server = createServer((request, response) => {
  if (request.method === "GET" && request.url === "/control") {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(state.asked));
    return;
  }
  if (request.method === "POST" && request.url === "/control") {
    control(request, response).catch((error) => response.writeHead(400).end(`${error}\n`));
    return;
  }
  const path = request.url.split("?")[0];
  state.asked[path] = (state.asked[path] ?? 0) + 1;
  before(state, request, response, () => answer(request, response));
});
server.listen(config.port, "127.0.0.1", () => {
  state.issuer = `http://127.0.0.1:${server.address().port}`;
  answer = provider();
  console.log(`ready ${state.issuer}`);
});

process.on("SIGTERM", () => process.exit(0));
process.stdin.on("end", () => process.exit(0)).resume();
