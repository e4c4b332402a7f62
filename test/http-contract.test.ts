import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  brief,
  DATABASES,
  endContracted,
  type IssuedToken,
  MALFORMED,
  startContracted,
  TABLES,
  TOKENS,
  UNAUTHENTICATED,
} from "./support/contract.ts";
import { type Session, send, sendJson } from "./support/http.ts";
import type { TestServer } from "./support/server.ts";

/** Who may come in, and what there is. As docs/reference/http-api.md states it. */
describe("the HTTP contract: credentials, tokens, databases, tables", function () {
  this.timeout(60_000);
  let server: TestServer;
  let session: Session;
  let operator: IssuedToken;

  before(async () => {
    ({ server, session, operator } = await startContracted({ args: ["--disable-authz", "health"] }));
  });
  after(() => endContracted(server));

  const get = (target: string, headers: Record<string, string> = {}) =>
    send(session, "GET", target, undefined, headers);
  const write = (target: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    send(session, "POST", target, body, headers);

  describe("credentials", () => {
    const anonymous = (target: string, authorization?: string, method = "GET") =>
      send(
        { url: session.url },
        method,
        target,
        undefined,
        authorization === undefined ? {} : { authorization },
      );
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

    it("are a token under any of the schemes", async () => {
      const { token } = operator;
      for (const header of [
        `Bearer ${token}`,
        `Token ${token}`,
        basic(`:${token}`),
        basic(`me:${token}`),
        `bearer ${token}`,
      ])
        assert.equal((await anonymous("/ping", header)).status, 200, header);
    });
    it("that are malformed are 400", async () => {
      const { token } = operator;
      const headers = [token, "Bearer", `Bearer  ${token}`, `Bearer ${token} x`, `Digest ${token}`];
      headers.push("Basic !!!", basic(token), basic(`a:b:${token}`), "Bearer caf\xe9");
      for (const header of headers)
        assert.deepEqual(brief(await anonymous("/ping", header)), [400, MALFORMED], header);
    });
    it("that are missing or wrong are 401, on every route and in every dialect", async () => {
      const targets: [string, string][] = [
        ["POST", "/api/v3/write_lp?db=d"],
        ["POST", "/api/v2/write?bucket=d"],
        ["POST", "/write?db=d"],
        ["POST", "/write?db=d&p="],
        ["POST", "/write?db=d&p=wrong"],
        ["GET", "/api/v3/query_sql"],
        ["GET", "/api/v3/engine/nope"],
        ["POST", `${TOKENS}/admin/regenerate`],
        ["GET", "/ping"],
        ["GET", "/metrics"],
        ["GET", "/nope"],
      ];
      for (const [method, target] of targets) {
        for (const header of [undefined, "Bearer apiv3_wrong", basic("me:")]) {
          const answer = await anonymous(target, header, method);
          assert.deepEqual(brief(answer), [401, UNAUTHENTICATED], `${method} ${target} ${header}`);
          assert.equal(answer.headers.get("content-type"), null);
        }
      }
    });
    it("in the URL count on 1.x routes only, and go before the header", async () => {
      const { token } = operator;
      const post = async (target: string, header?: string) =>
        (
          await send(
            { url: session.url },
            "POST",
            target,
            "x y=1",
            header === undefined ? {} : { authorization: header },
          )
        ).status;
      assert.equal(await post(`/write?db=by_url&p=${token}&u=me`), 204);
      assert.equal(await post(`/write?db=by_url&p=${token}`, "Bearer wrong"), 204);
      assert.equal(await post("/write?db=by_url&p=wrong", `Bearer ${token}`), 401);
      assert.equal(await post(`/api/v3/write_lp?db=by_url&p=${token}`), 401);
    });
    it("are not asked for where the operator says so", async () => {
      assert.deepEqual(brief(await anonymous("/health")), [200, "OK"]);
      assert.deepEqual(brief(await anonymous("/api/v1/health")), [200, "OK"]);
    });
  });

  describe("tokens", () => {
    const status = async (token: string) => (await send({ url: session.url, token }, "GET", "/ping")).status;
    const named = (body: object) => sendJson(session, "POST", `${TOKENS}/named_admin`, body);

    it("have a form, a hash and a time", () => {
      const { id, name, token, hash, created_at: createdAt, expiry } = operator;
      assert.deepEqual([id, name, expiry], [0, "_admin", null]);
      assert.match(token, /^apiv3_[A-Za-z0-9_-]{86}$/);
      assert.equal(hash, createHash("sha512").update(token).digest("hex"));
      assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual(Object.keys(operator), ["id", "name", "token", "hash", "created_at", "expiry"]);
    });
    it("the first is made once, without credentials", async () => {
      const again = await send({ url: session.url }, "POST", `${TOKENS}/admin`);
      assert.deepEqual(brief(again), [409, "token name already exists, _admin"]);
    });
    it("others have names of their own and may expire", async () => {
      const ops = await named({ token_name: "ops" });
      assert.equal(ops.status, 201, ops.text);
      assert.equal(ops.headers.get("content-type"), "application/json");
      const issued = JSON.parse(ops.text) as IssuedToken;
      assert.equal(issued.expiry, null);
      assert.equal(await status(issued.token), 200);
      assert.deepEqual(brief(await named({ token_name: "ops" })), [409, "token name already exists, ops"]);

      const hour = JSON.parse((await named({ token_name: "hour", expiry_secs: 3600 })).text) as IssuedToken;
      assert.equal(Date.parse(hour.expiry!) - Date.parse(hour.created_at), 3_600_000);
      assert.equal(await status(hour.token), 200);
      const gone = JSON.parse((await named({ token_name: "gone", expiry_secs: 0 })).text) as IssuedToken;
      assert.deepEqual(brief(await send({ url: session.url, token: gone.token }, "GET", "/ping")), [
        401,
        UNAUTHENTICATED,
      ]);

      const removed = await send(session, "DELETE", `${TOKENS}?token_name=ops`);
      assert.deepEqual(brief(removed), [200, ""]);
      assert.equal(await status(issued.token), 401);
      assert.equal((await send(session, "DELETE", `${TOKENS}?token_name=ops`)).status, 404);
    });
    it("bad requests change nothing", async () => {
      for (const body of [
        {},
        { token_name: 1 },
        { token_name: "x", expiry_secs: -1 },
        { token_name: "x", expiry_secs: 1.5 },
        { token_name: "x", expiry_secs: "1" },
        { token_name: "x", expiry_secs: 1e15 },
      ]) {
        const answer = await named(body);
        assert.equal(answer.status, 400, JSON.stringify(body));
        assert.match(answer.text, /^serde json error: /);
      }
      assert.equal((await send(session, "DELETE", `${TOKENS}?token_name=x`)).status, 404);
      assert.deepEqual(brief(await send(session, "DELETE", TOKENS)), [
        400,
        "serde error: missing field `token_name`",
      ]);
      assert.deepEqual(brief(await send(session, "DELETE", `${TOKENS}?token_name=_admin`)), [
        405,
        "cannot delete operator token",
      ]);
    });
    it("the operator's is replaced at once", async () => {
      const answer = await send(session, "POST", `${TOKENS}/admin/regenerate`);
      assert.equal(answer.status, 201, answer.text);
      const next = JSON.parse(answer.text) as IssuedToken;
      assert.deepEqual([next.id, next.name], [0, "_admin"]);
      assert.equal(await status(operator.token), 401);
      operator = next;
      session = { url: server.url, token: next.token };
      assert.equal(await status(next.token), 200);
    });
  });

  describe("databases", () => {
    const list = async (parameters = "format=json") =>
      JSON.parse((await get(`${DATABASES}?${parameters}`)).text) as Record<string, unknown>[];

    it("are made once, with a good name", async () => {
      assert.deepEqual(
        brief(await sendJson(session, "POST", DATABASES, { db: "made", retention_period: "1h 30m" })),
        [200, ""],
      );
      assert.deepEqual(brief(await sendJson(session, "POST", DATABASES, { db: "made" })), [
        409,
        "attempted to create a resource that already exists",
      ]);
      for (const db of ["foo/bar", "1/-", "1/_", "my_db-2"])
        assert.equal((await sendJson(session, "POST", DATABASES, { db })).status, 200, db);
      const character =
        "invalid character in database or rp name: must be ASCII, containing only letters, numbers, underscores, or hyphens";
      const policy =
        "db name with invalid retention policy, if providing a retention policy name, must be of form '<db_name>/<rp_name>'";
      for (const [db, error] of [
        ["", "db name cannot be empty"],
        ["x".repeat(512), "db name too long: max 511"],
        ["_foo", "db name did not start with a number or letter"],
        ["/foo", "db name did not start with a number or letter"],
        ["föö", character],
        ["a b", character],
        ["foo/", policy],
        ["foo/bar/baz", policy],
      ] as const) {
        for (const [target, body] of [
          [DATABASES, { db }],
          [TABLES, { db, table: "t", tags: [], fields: [] }],
        ] as const) {
          const answer = await sendJson(session, "POST", target, body);
          assert.deepEqual(brief(answer), [400, JSON.stringify({ error })], `${target} ${db}`);
        }
        const written = await write(`/api/v3/write_lp?db=${encodeURIComponent(db)}`, "x y=1");
        assert.deepEqual(brief(written), [400, JSON.stringify({ error })], db);
      }
      const bad = await sendJson(session, "POST", DATABASES, { db: "x", retention_period: "soon" });
      assert.equal(bad.status, 400);
      assert.match(bad.text, /^serde json error: expected number at 0/);
    });
    it("are listed in the formats of queries", async () => {
      assert.deepEqual((await list()).slice(0, 2), [{ "iox::database": "1/-" }, { "iox::database": "1/_" }]);
      assert.match((await get(`${DATABASES}?format=csv`)).text, /^iox::database\n1\/-\n/);
      const pretty = await get(`${DATABASES}?format=pretty`);
      assert.equal(pretty.headers.get("content-type"), "text/plain; charset=utf-8");
      assert.match(pretty.text, /^\+-+\+\n\| iox::database +\|\n/);
      assert.match((await get(`${DATABASES}?format=jsonl`)).text, /^\{"iox::database":"1\/-"\}\n/);
      assert.deepEqual(brief(await get(DATABASES)), [400, "serde error: missing field `format`"]);
      assert.equal((await get(`${DATABASES}?format=xml`)).status, 400);
      assert.equal((await get(`${DATABASES}?format=json&show_deleted=yes`)).status, 400);
    });
    it("have a retention period that can be changed and cleared", async () => {
      assert.deepEqual(
        brief(await sendJson(session, "PUT", DATABASES, { db: "made", retention_period: "14d" })),
        [200, ""],
      );
      assert.deepEqual(brief(await sendJson(session, "PUT", DATABASES, { db: "made" })), [200, ""]);
      const period = `${DATABASES}/retention_period`;
      assert.deepEqual(brief(await send(session, "POST", `${period}?db=made&duration=7d`)), [204, ""]);
      assert.deepEqual(brief(await send(session, "DELETE", `${period}?db=made`)), [204, ""]);
      assert.equal((await sendJson(session, "PUT", DATABASES, { db: "nowhere" })).status, 404);
      assert.equal((await send(session, "POST", `${period}?db=nowhere&duration=7d`)).status, 404);
      assert.equal((await send(session, "DELETE", `${period}?db=nowhere`)).status, 404);
      assert.deepEqual(brief(await send(session, "POST", `${period}?db=made`)), [
        400,
        "serde error: missing field `duration`",
      ]);
      assert.match((await send(session, "POST", `${period}?db=made&duration=x`)).text, /^serde error: /);
    });
    it("are deleted under another name, so that their own is free", async () => {
      const remove = (parameters: string) => send(session, "DELETE", `${DATABASES}?${parameters}`);
      assert.equal((await write("/api/v3/write_lp?db=gone", "x y=1")).status, 204);
      assert.deepEqual(brief(await remove("db=gone&data_only=true")), [200, ""]);
      assert.ok(!(await list()).some((row) => row["iox::database"] === "gone"));
      const shown = (await list("format=json&show_deleted=true")).at(-1)!;
      assert.match(String(shown["iox::database"]), /^gone-\d{8}T\d{6}$/);
      assert.equal(shown["deleted"], true);
      const name = String(shown["iox::database"]);
      assert.deepEqual(brief(await remove(`db=${name}`)), [
        409,
        `attempted to modify resource that was already deleted: ${name}`,
      ]);
      assert.deepEqual(brief(await write(`/api/v3/write_lp?db=${name}`, "x y=1")), [
        400,
        `{"error":"cannot write to soft-deleted database '${name}' - it is marked for deletion"}`,
      ]);
      assert.equal((await sendJson(session, "POST", DATABASES, { db: "gone" })).status, 200);
      for (const when of ["never", "now", "default", "2030-01-01T00:00:00Z", "2001-01-01T00:00:00%2B02:00"]) {
        assert.deepEqual(brief(await remove(`db=gone&hard_delete_at=${when}`)), [200, ""], when);
        assert.equal((await sendJson(session, "POST", DATABASES, { db: "gone" })).status, 200);
      }
      for (const when of ["soon", "2030-01-01", ""]) {
        const answer = await remove(`db=gone&hard_delete_at=${when}`);
        assert.equal(answer.status, 400, when);
        assert.match(answer.text, /^Cannot parse the timestamp: (?!Cannot)./);
      }
      assert.deepEqual(brief(await remove("")), [400, "serde error: missing field `db`"]);
      assert.equal((await remove("db=nowhere")).status, 404);
      assert.deepEqual(brief(await remove("db=_internal")), [500, "cannot delete internal db"]);
    });
  });

  describe("tables", () => {
    const create = (body: object) => sendJson(session, "POST", TABLES, body);
    const table = {
      db: "tables",
      table: "cpu",
      tags: ["host"],
      fields: [{ name: "usage", type: "float64" }],
    };

    it("are made with their database, and once", async () => {
      assert.deepEqual(brief(await create(table)), [200, ""]);
      assert.deepEqual(brief(await create(table)), [
        409,
        "attempted to create a resource that already exists",
      ]);
      assert.equal((await create({ db: "tables", table: "bare", tags: [], fields: [] })).status, 200);
      const types = ["utf8", "int64", "uint64", "float64", "bool"].map((type) => ({ name: type, type }));
      assert.equal((await create({ db: "tables", table: "types", tags: [], fields: types })).status, 200);
    });
    it("have columns that fit together", async () => {
      const reserved = "'time' is a reserved column";
      assert.deepEqual(brief(await create({ ...table, table: "t", tags: ["time"] })), [400, reserved]);
      const twice = [{ name: "a", type: "bool" }];
      assert.equal(
        (await create({ ...table, table: "same", tags: [], fields: [...twice, ...twice] })).status,
        200,
      );
      const conflict = await create({
        ...table,
        table: "t",
        fields: [...twice, { name: "a", type: "int64" }],
      });
      assert.equal(conflict.status, 400);
      assert.match(conflict.text, /^invalid column type for column 'a', expected /);
    });
    it("need all four keys and a known type", async () => {
      for (const key of ["db", "table", "tags", "fields"]) {
        const answer = await create({ ...table, [key]: undefined });
        assert.equal(answer.status, 400);
        assert.match(
          answer.text,
          new RegExp(`^serde json error: missing field \`${key}\` at line 1 column \\d+$`),
        );
      }
      const answer = await create({ ...table, fields: [{ name: "x", type: "int" }] });
      assert.match(
        answer.text,
        /^serde json error: unknown variant `int`, expected one of `utf8`, `int64`, /,
      );
    });
    it("are deleted like databases", async () => {
      const remove = (parameters: string) => send(session, "DELETE", `${TABLES}?${parameters}`);
      assert.deepEqual(brief(await remove("db=tables&table=cpu")), [200, ""]);
      assert.equal((await remove("db=tables&table=cpu")).status, 404);
      assert.deepEqual(brief(await remove("db=nowhere&table=cpu")), [404, "Database not found nowhere"]);
      assert.equal((await remove("db=tables")).status, 400);
      assert.equal((await remove("db=tables&table=bare&hard_delete_at=soon")).status, 400);
      assert.equal((await create(table)).status, 200);
    });
  });
});
