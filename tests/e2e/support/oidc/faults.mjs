// What the provider may be told to do wrong. ID tokens are changed after the provider has made them, and signed again with
// its own key where the fault is not the signature.

import { createPublicKey } from "node:crypto";
import { SignJWT, decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK } from "jose";

const MINUTE = 60;
const now = () => Math.floor(Date.now() / 1000);

/** Changes to the claims of an ID token. */
const CLAIMS = {
  "wrong-audience": (claims) => ({ ...claims, aud: "somebody-else" }),
  "second-audience": (claims) => ({ ...claims, aud: [claims.aud, "somebody-else"], azp: claims.aud }),
  "wrong-party": (claims) => ({ ...claims, azp: "somebody-else" }),
  "wrong-nonce": (claims) => ({ ...claims, nonce: "another" }),
  "no-nonce": ({ nonce, ...claims }) => claims,
  "wrong-issuer": (claims) => ({ ...claims, iss: "https://elsewhere.example.org" }),
  expired: (claims) => ({ ...claims, iat: claims.iat - 1, exp: now() - 2 * MINUTE }),
  "issued-ahead": (claims) => ({ ...claims, iat: now() + 5 * MINUTE }),
  "issued-long-ago": (claims) => ({ ...claims, iat: now() - 60 * MINUTE }),
  "wrong-at-hash": (claims) => ({ ...claims, at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }),
  "old-auth-time": (claims) => ({ ...claims, auth_time: now() - 10 * MINUTE }),
  "no-auth-time": ({ auth_time, ...claims }) => claims,
  "auth-time-ahead": (claims) => ({ ...claims, auth_time: now() + 10 * MINUTE }),
};

/** Other ways to sign an ID token, or not to. */
const SIGNATURES = {
  "unknown-key": async (state, claims) => {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "nobody-knows" }).sign(privateKey);
  },
  "forged-signature": async (state, claims) => {
    const { privateKey } = await generateKeyPair("RS256");
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: state.key.kid }).sign(privateKey);
  },
  // By the public key, which everybody has, as if it were a secret.
  "public-key-as-secret": async (state, claims) => {
    const secret = createPublicKey({ key: state.key, format: "jwk" }).export({ type: "spki", format: "pem" });
    return new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: state.key.kid }).sign(Buffer.from(secret));
  },
  unsigned: async (state, claims) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "none", kid: state.key.kid })}.${part(claims)}.`;
  },
};

/** Other answers of the token endpoint. */
const ANSWERS = {
  "no-id-token": ({ id_token, ...body }) => body,
  "not-a-token": (body) => ({ ...body, id_token: "no.token.at-all" }),
  "code-refused": null,
};

/** Faults of all that it answers. */
const REQUESTS = {
  down: (request) => request.socket.destroy(),
  slow: (request, response, go) => setTimeout(go, 8_000).unref(),
  html: (request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Maintenance</h1>"),
  busy: (request, response) => response.writeHead(503, { "content-type": "text/html" }).end("<h1>Busy</h1>"),
  redirect: (request, response) => response.writeHead(307, { location: "http://127.0.0.1:9/" }).end(),
  long: (request, response) => response.writeHead(200, { "content-type": "application/json" }).end(`"${"x".repeat(2 << 20)}"`),
};

/** Faults of what a person brings back. */
const RETURNS = {
  "iss-elsewhere": (url) => url.searchParams.set("iss", "https://elsewhere.example.org"),
  "iss-missing": (url) => url.searchParams.delete("iss"),
};

const USERINFO = { "another-subject": (body) => ({ ...body, sub: "somebody-else" }) };

const ALL = [CLAIMS, SIGNATURES, ANSWERS, REQUESTS, RETURNS, USERINFO, { "keys-down": null }];
export const FAULTS = ALL.flatMap(Object.keys);

/** Answers in the provider's stead, or lets it. People's pages stay as they are, so that what comes back is asked for. */
export function before(state, request, response, go) {
  const path = request.url.split("?")[0];
  const isPage = path.startsWith("/auth") || path.startsWith("/interaction");
  if (state.fault === "keys-down" && path === "/jwks") return request.socket.destroy();
  const fault = REQUESTS[state.fault];
  return fault && (state.fault === "down" || !isPage) ? fault(request, response, go) : go();
}

/** Changes what the provider has answered. */
export async function tamper(state, ctx) {
  const route = ctx.oidc?.route;
  if (route === "userinfo" && USERINFO[state.fault]) ctx.body = USERINFO[state.fault](ctx.body);
  const back = ctx.response.get("location");
  if (RETURNS[state.fault] && back.includes("code=")) {
    const url = new URL(back);
    RETURNS[state.fault](url);
    ctx.set("location", url.href);
  }
  if (route !== "token" || !ctx.body?.id_token) return;
  if (state.fault === "code-refused") {
    ctx.status = 400;
    ctx.body = { error: "invalid_grant", error_description: "grant request is invalid" };
  } else if (ANSWERS[state.fault]) {
    ctx.body = ANSWERS[state.fault](ctx.body);
  } else {
    ctx.body = { ...ctx.body, id_token: await changed(state, ctx.body.id_token) };
  }
}

async function changed(state, token) {
  const claims = decodeJwt(token);
  if (SIGNATURES[state.fault]) return SIGNATURES[state.fault](state, claims);
  if (!CLAIMS[state.fault]) return token;
  const signed = new SignJWT(CLAIMS[state.fault](claims)).setProtectedHeader(decodeProtectedHeader(token));
  return signed.sign(await importJWK(state.key, state.key.alg));
}
