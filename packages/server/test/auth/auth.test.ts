import assert from "node:assert/strict";
import { Authenticator, generateToken, hashToken, tokenOfHeader, tokenOfQuery } from "#src/auth/index.js";
import { ServerError, systemRandom } from "#src/foundation/index.js";

const NOW_MS = 1_000_000;
const clock = {
  nowNs: () => BigInt(NOW_MS) * 1_000_000n,
  nowMs: () => NOW_MS,
  monotonicMs: () => 0,
  schedule: () => ({ cancel() {} }),
};

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const hasCode = (code: string) => (error: unknown) => error instanceof ServerError && error.code === code;

describe("tokens", () => {
  it("are apiv3_ and 86 url-safe characters of 64 random bytes", () => {
    assert.equal(
      generateToken((size) => new Uint8Array(size).fill(0xff)),
      `apiv3_${"_".repeat(85)}w`,
    );
    assert.match(generateToken(systemRandom), /^apiv3_[A-Za-z0-9_-]{86}$/);
  });

  it("are stored as SHA-512 of the whole text", () => {
    assert.equal(
      hashToken("abc"),
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    );
  });
});

describe("authorization headers", () => {
  const good: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ["Bearer t", "t"],
    ["Token t", "t"],
    ["bearer t", "t"],
    ["TOKEN t", "t"],
    [basic("user:t"), "t"],
    [basic(":t"), "t"],
    ["basic dTp0", "t"],
    ["Bearer ", ""],
  ];
  for (const [header, token] of good) {
    it(`'${header}' carries '${token}'`, () => assert.equal(tokenOfHeader(header), token));
  }

  const bad = [
    "",
    "Bearer",
    "Bearer a b",
    "Bearer  a",
    "Digest a",
    basic("no colon"),
    basic("a:b:c"),
    "Basic !!!",
    "Bearer tök",
    "Bearer a\tb",
  ];
  for (const header of bad) {
    it(`'${header}' is malformed`, () => {
      assert.throws(() => tokenOfHeader(header), hasCode("authorization_malformed"));
    });
  }

  it("answer a malformed one with a body of its own", () => {
    const error = new ServerError("authorization_malformed");
    assert.deepEqual(JSON.parse(error.message), {
      error:
        "Authorization header was malformed, the request was not in the form of 'Authorization: <auth-scheme> <token>', supported auth-schemes are Bearer, Token and Basic",
    });
    assert.ok(error.message.startsWith('{"error": "'));
    assert.equal(error.status, 400);
  });
});

describe("the p parameter", () => {
  const cases: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ["db=x", undefined],
    ["db=x&p=tok", "tok"],
    ["p=", ""],
    ["p", ""],
    ["p=a%2Bb+c", "a+b c"],
    ["p=%zz", undefined],
    ["up=x", undefined],
  ];
  for (const [query, token] of cases) {
    it(`of '${query}' is '${token}'`, () => assert.equal(tokenOfQuery(query), token));
  }
});

describe("the authenticator", () => {
  const tokens = [
    { name: "live", hash: hashToken("live"), expiryMs: null },
    { name: "later", hash: hashToken("later"), expiryMs: NOW_MS + 1 },
    { name: "expired", hash: hashToken("expired"), expiryMs: NOW_MS },
  ];
  const make = (options: { enabled?: boolean; exempt?: string[] } = {}) =>
    new Authenticator({
      enabled: options.enabled ?? true,
      exempt: new Set(options.exempt ?? []),
      tokenByHash: (hash) => tokens.find((token) => token.hash === hash),
      clock,
    });
  const request = (path: string, authorization?: string, queryText?: string) => ({
    path,
    authorization,
    queryText,
  });
  const path = "/api/v3/query_sql";

  it("lets known tokens in until they expire", () => {
    const auth = make();
    assert.equal(auth.authenticate(request(path, "Bearer live"))?.name, "live");
    assert.equal(auth.authenticate(request(path, basic("any:later")))?.name, "later");
    for (const header of [undefined, "Bearer expired", "Bearer nope", "Bearer "]) {
      assert.throws(() => auth.authenticate(request(path, header)), hasCode("not_authenticated"), header);
    }
  });

  it("takes p on the two routes of 1.x only, before the header", () => {
    const auth = make();
    assert.equal(auth.authenticate(request("/write", undefined, "p=live"))?.name, "live");
    assert.equal(auth.authenticate(request("/query", "Bearer nope", "p=live"))?.name, "live");
    assert.throws(
      () => auth.authenticate(request("/write", "Bearer live", "p=")),
      hasCode("not_authenticated"),
    );
    assert.throws(() => auth.authenticate(request(path, undefined, "p=live")), hasCode("not_authenticated"));
  });

  it("opens the route of the first token, and nothing near it", () => {
    const auth = make();
    assert.equal(auth.authenticate(request("/api/v3/configure/token/admin")), undefined);
    for (const near of ["/api/v3/configure/token/admin/", "/api/v3/configure/token/admin/regenerate"]) {
      assert.throws(() => auth.authenticate(request(near)), hasCode("not_authenticated"));
    }
  });

  it("opens the routes that were exempted", () => {
    const auth = make({ exempt: ["health", "ping", "ready"] });
    for (const open of ["/health", "/api/v1/health", "/ping"]) auth.authenticate(request(open));
    for (const shut of ["/metrics", "/debug/pprof/heap", path]) {
      assert.throws(() => auth.authenticate(request(shut)), hasCode("not_authenticated"));
    }
  });

  it("switched off, still refuses malformed headers", () => {
    const auth = make({ enabled: false });
    assert.equal(auth.authenticate(request(path)), undefined);
    assert.equal(auth.authenticate(request(path, "Bearer nope")), undefined);
    assert.throws(() => auth.authenticate(request(path, "nonsense")), hasCode("authorization_malformed"));
  });
});
