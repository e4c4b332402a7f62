import assert from "node:assert/strict";
import { Precision } from "@millrace/line-protocol";
import { ServerError } from "#src/foundation/index.js";
import { HttpRig } from "./rig.ts";

const REFUSED = {
  error_message: "No fields were provided",
  line_number: 2,
  original_line: "cpu,host=a val= 123",
};

describe("the write routes", () => {
  let rig: HttpRig;
  before(async () => {
    rig = await HttpRig.start();
  });
  after(() => rig.stop());
  beforeEach(() => {
    rig.write = async () => ({ acceptedLines: 1, errors: [] });
  });
  afterEach(() => assert.deepEqual(rig.defects, []));

  const post = async (path: string) => {
    const answer = await fetch(rig.url + path, { method: "POST", body: "cpu x=1" });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const refusal = async (path: string) => {
    const { status, text } = await post(path);
    return [status, text];
  };
  const target = async (path: string) => {
    const { status, text } = await post(path);
    assert.equal(status, 204, `${path}: ${text}`);
    const { database, precision, acceptPartial, noSync } = rig.lastWrite;
    return { database, precision, acceptPartial, noSync };
  };
  const fail = (error: ServerError) => {
    rig.write = () => Promise.reject(error);
  };

  describe("all of them", () => {
    it("answer 204 with nothing but what every answer has, and no framework sees the request", async () => {
      for (const path of ["/api/v3/write_lp?db=d", "/api/v2/write?bucket=d", "/write?db=d"]) {
        const { status, text, headers } = await post(path);
        assert.deepEqual([status, text], [204, ""]);
        assert.deepEqual([...headers.keys()].sort(), [
          "access-control-allow-origin",
          "cluster-uuid",
          "connection",
          "date",
          "keep-alive",
        ]);
        assert.ok(rig.lastRequestIsPlain, path);
      }
    });
    it("take JSON, text and no content type at all for line protocol", async () => {
      for (const type of ["application/json", "text/plain", ""]) {
        const headers = { "content-type": type };
        const answer = await fetch(`${rig.url}/write?db=d`, {
          method: "POST",
          body: Buffer.from("x y=1"),
          headers,
        });
        assert.equal(answer.status, 204);
      }
    });
    it("say when to come back if the server is busy", async () => {
      fail(new ServerError("write_overloaded", { detail: "why" }));
      for (const path of ["/api/v3/write_lp?db=d", "/api/v2/write?bucket=d", "/write?db=d"]) {
        const { status, headers } = await post(path);
        assert.equal(status, 503);
        assert.match(headers.get("retry-after")!, /^\d+$/);
      }
    });
    it("log what must not happen, and answer 500", async () => {
      rig.write = () => Promise.reject(new TypeError("broken"));
      assert.deepEqual(await refusal("/api/v3/write_lp?db=d"), [500, "broken"]);
      assert.deepEqual(await refusal("/api/v2/write?bucket=d"), [
        500,
        '{"code":"internal error","message":"broken"}',
      ]);
      assert.deepEqual(rig.defects.splice(0), ["request failed", "request failed"]);
    });
  });

  describe("POST /api/v3/write_lp", () => {
    it("has defaults: automatic precision, partial, synced", async () => {
      assert.deepEqual(await target("/api/v3/write_lp?db=foo"), {
        database: "foo",
        precision: Precision.auto,
        acceptPartial: true,
        noSync: false,
      });
    });
    const spellings = {
      auto: ["auto"],
      second: ["s", "second"],
      millisecond: ["ms", "millisecond"],
      microsecond: ["us", "u", "microsecond"],
      nanosecond: ["ns", "n", "nanosecond"],
    } as const;
    for (const [unit, names] of Object.entries(spellings)) {
      it(`knows ${unit} as ${names.join(", ")}`, async () => {
        for (const name of names) {
          const { precision } = await target(`/api/v3/write_lp?db=foo&precision=${name}`);
          assert.equal(precision, Precision[unit as keyof typeof spellings]);
        }
      });
    }
    it("takes switches and ignores what it does not know", async () => {
      const path = "/api/v3/write_lp?org=o&db=a%2Fb&accept_partial=false&no_sync=true&bucket=x";
      assert.deepEqual(await target(path), {
        database: "a/b",
        precision: Precision.auto,
        acceptPartial: false,
        noSync: true,
      });
    });
    it("names what is wrong with its parameters", async () => {
      const variants =
        "`auto`, `second`, `s`, `millisecond`, `ms`, `microsecond`, `us`, `u`, `nanosecond`, `ns`, `n`";
      const cases: [string, string][] = [
        ["", "missing query parameter 'db'"],
        ["?precision=s", "serde error: missing field `db`"],
        ["?db=d&db=e", "serde error: duplicate field `db`"],
        ["?db=d&precision=x", `serde error: unknown variant \`x\`, expected one of ${variants}`],
        ["?db=d&no_sync=1", "serde error: provided string was not `true` or `false`"],
        ["?db=d&accept_partial=True", "serde error: provided string was not `true` or `false`"],
      ];
      const writes = rig.writes.length;
      for (const [query, text] of cases)
        assert.deepEqual(await refusal(`/api/v3/write_lp${query}`), [400, text], query);
      assert.equal(rig.writes.length, writes);
    });
    it("lists the lines that were refused, in a fixed order of keys", async () => {
      rig.write = async () => ({ acceptedLines: 1, errors: [REFUSED] });
      const { status, text, headers } = await post("/api/v3/write_lp?db=d");
      assert.equal(status, 400);
      assert.equal(headers.get("content-type"), "application/json");
      assert.equal(
        text,
        '{"error":"partial write of line protocol occurred","data":[{"error_message":"No fields were provided","line_number":2,"original_line":"cpu,host=a val= 123"}]}',
      );
    });
    it("answers 422 when a limit is the reason", async () => {
      for (const reason of [
        "Update to schema would exceed number of columns per table limit of 500 columns",
        "Update to schema would exceed number of tables limit: attempted to create table but already have 2000 table(s) (limit: 2000)",
        "Adding a new database would exceed limit of 5 databases",
      ]) {
        rig.write = async () => ({
          acceptedLines: 1,
          errors: [REFUSED, { ...REFUSED, error_message: reason }],
        });
        const { status, text } = await post("/api/v3/write_lp?db=d");
        assert.equal(status, 422);
        assert.match(text, /^\{"error":"partial write of line protocol occurred","data":\[\{/);
      }
    });
    it("all or nothing: one object, not a list", async () => {
      fail(new ServerError("line_protocol_error", {}, REFUSED));
      const [status, text] = await refusal("/api/v3/write_lp?db=d&accept_partial=false");
      assert.equal(status, 400);
      assert.equal(text, `{"error":"line protocol parsing error","data":${JSON.stringify(REFUSED)}}`);
    });
    it("an empty write, a database too many, a bad name", async () => {
      fail(new ServerError("write_empty"));
      assert.deepEqual(await refusal("/api/v3/write_lp?db=d"), [400, "incoming write was empty"]);
      fail(new ServerError("too_many_databases", { limit: 5 }));
      assert.deepEqual(await refusal("/api/v3/write_lp?db=d"), [
        422,
        '{"error":"Adding a new database would exceed limit of 5 databases"}',
      ]);
      fail(new ServerError("database_name_start"));
      assert.deepEqual(await refusal("/api/v3/write_lp?db=_d"), [
        400,
        '{"error":"db name did not start with a number or letter"}',
      ]);
    });
  });

  describe("POST /api/v2/write", () => {
    const legacy: Record<string, readonly string[]> = {
      nanosecond: ["ns", "n", "nanosecond", ""],
      microsecond: ["us", "u", "%C2%B5", "microsecond"],
      millisecond: ["ms", "millisecond"],
      second: ["s", "second"],
      minute: ["m"],
      hour: ["h"],
    };
    it("is always all or nothing and synced, in nanoseconds unless told otherwise", async () => {
      const path = "/api/v2/write?bucket=foo&org=o&orgID=i&accept_partial=true&no_sync=true";
      assert.deepEqual(await target(path), {
        database: "foo",
        precision: Precision.nanosecond,
        acceptPartial: false,
        noSync: false,
      });
    });
    it("knows its precisions, as /write does", async () => {
      for (const [unit, names] of Object.entries(legacy)) {
        for (const name of names) {
          for (const path of ["/api/v2/write?bucket=d", "/write?db=d"]) {
            const { precision } = await target(`${path}&precision=${name}`);
            assert.equal(precision, Precision[unit as keyof typeof Precision], `${path} ${name}`);
          }
        }
      }
    });
    const error = (code: string, message: string) => JSON.stringify({ code, message });
    it("words what is wrong with its parameters in its own way", async () => {
      const prefix = "failed to deserialize org/bucket/precision in request: ";
      const cases: [string, RegExp][] = [
        ["", /^no org\/bucket destination provided$/],
        ["?bucket=", /^missing bucket value$/],
        ["?org=o", new RegExp(`^${prefix}missing field \`bucket\`$`)],
        ["?bucket=d&precision=auto", new RegExp(`^${prefix}unknown variant \`auto\`, expected one of `)],
      ];
      for (const [query, message] of cases) {
        const { status, text, headers } = await post(`/api/v2/write${query}`);
        assert.equal(status, 400, query);
        assert.equal(headers.get("content-type"), "application/json");
        const body = JSON.parse(text) as { code: string; message: string };
        assert.equal(body.code, "invalid");
        assert.match(body.message, message);
        assert.deepEqual(Object.keys(body), ["code", "message"]);
      }
    });
    it("words every refusal as code and message", async () => {
      const cases: [ServerError, number, string, string][] = [
        [new ServerError("write_empty"), 400, "invalid", "write buffer error: incoming write was empty"],
        [
          new ServerError("line_protocol_error", {}, REFUSED),
          400,
          "invalid",
          "write buffer error: line protocol parsing error: No fields were provided",
        ],
        [
          new ServerError("too_many_databases", { limit: 5 }),
          400,
          "invalid",
          "write buffer error: Adding a new database would exceed limit of 5 databases",
        ],
        [
          new ServerError("database_name_empty"),
          400,
          "invalid",
          "write buffer error: db name cannot be empty",
        ],
        [
          new ServerError("wal_write_failed", { detail: "disk" }),
          500,
          "internal error",
          "write buffer error: error writing wal file: disk",
        ],
        [
          new ServerError("body_not_utf8", { detail: "x" }),
          400,
          "invalid",
          "body content is not valid utf8: x",
        ],
        [new ServerError("forbidden"), 403, "forbidden", "write buffer error: "],
      ];
      for (const [failure, status, code, message] of cases) {
        fail(failure);
        assert.deepEqual(await refusal("/api/v2/write?bucket=d"), [status, error(code, message)]);
      }
    });
    it("and bodies that cannot be taken", async () => {
      const big = await fetch(`${rig.url}/api/v2/write?bucket=d`, {
        method: "POST",
        body: "x".repeat(10_001),
      });
      assert.deepEqual(
        [big.status, await big.text()],
        [413, error("request too large", "max request size (10000 bytes) exceeded")],
      );
      const encoded = await fetch(`${rig.url}/api/v2/write?bucket=d`, {
        method: "POST",
        body: "x",
        headers: { "content-encoding": "br" },
      });
      assert.deepEqual(
        [encoded.status, await encoded.text()],
        [400, error("invalid", "unacceptable content-encoding: br")],
      );
    });
  });

  describe("POST /write", () => {
    it("makes a retention policy part of the name, unless it is the default one", async () => {
      for (const [query, database] of [
        ["db=foo", "foo"],
        ["db=foo&rp=", "foo"],
        ["db=foo&rp=''", "foo"],
        ["db=foo&rp=autogen", "foo"],
        ["db=foo&rp=Default", "foo"],
        ["db=foo&rp=AutoGen&u=me&p=secret&consistency=all&x=y", "foo"],
        ["db=foo&rp=Weekly", "foo/weekly"],
      ] as const) {
        assert.deepEqual(await target(`/write?${query}`), {
          database,
          precision: Precision.nanosecond,
          acceptPartial: false,
          noSync: false,
        });
      }
    });
    it("words what is wrong with its parameters and names in its own way", async () => {
      const cases: [string, string][] = [
        ["", "no db destination provided"],
        ["?rp=x", "failed to deserialize db/rp/precision in request: missing field `db`"],
        ["?db=", "namespace name  length must be between 1 and 511 characters"],
        [
          `?db=${"x".repeat(512)}`,
          `namespace name ${"x".repeat(512)} length must be between 1 and 511 characters`,
        ],
        ["?db=f%20o", "namespace name 'f o' contains invalid character, character number 1 is not allowed"],
        [
          "?db=f&rp=%C3%B6",
          "namespace name 'f/ö' contains invalid character, character number 2 is not allowed",
        ],
      ];
      for (const [query, message] of cases) {
        const { status, text, headers } = await post(`/write${query}`);
        assert.deepEqual([status, JSON.parse(text)], [400, { error: message }], query);
        assert.equal(headers.get("content-type"), "application/json");
      }
      const [status, text] = await refusal("/write?db=d&precision=auto");
      assert.equal(status, 400);
      assert.match(
        String(text),
        /^\{"error":"failed to deserialize db\/rp\/precision in request: unknown variant `auto`/,
      );
    });
    it("refuses lines as the v3 route does", async () => {
      fail(new ServerError("line_protocol_error", {}, REFUSED));
      assert.deepEqual(await refusal("/write?db=d"), [
        400,
        `{"error":"line protocol parsing error","data":${JSON.stringify(REFUSED)}}`,
      ]);
    });
  });
});
