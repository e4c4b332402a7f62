import assert from "node:assert/strict";
import type { Transport, TransportRequest } from "@millrace/api/client";
import { ApiError, ConnectError } from "@millrace/api/client";
import { childrenOf, describeNode, type ExplorerNode } from "#src/explorer/index.js";
import { failureText, quotedName, Server } from "#src/server/index.js";

const HOST = "http://127.0.0.1:8181";
const CONNECTION = { id: "1", name: "local", host: HOST };

const TRIGGERS = [
  {
    trigger_name: "alert",
    plugin_filename: "alert.py",
    trigger_specification: '{"single_table_wal_write":{"table_name":"home"}}',
    disabled: false,
    error_behavior: "log",
  },
];
const COLUMNS = [
  { table_name: "home", column_name: "room", data_type: "Dictionary(Int32, Utf8)" },
  { table_name: "home", column_name: "temp", data_type: "Float64" },
  { table_name: "home", column_name: "time", data_type: "Timestamp(ns)" },
];
const PLUGINS = [
  { path: "alert.py", kind: "file", size_bytes: 1, last_modified_ms: 1, triggers: ["home/alert"] },
];

function answerOf(request: TransportRequest, isMillrace: boolean): [status: number, body: unknown] {
  const { pathname } = new URL(request.url);
  const sql =
    typeof request.body === "string" && pathname.endsWith("query_sql") ? JSON.parse(request.body).q : "";
  if (pathname === "/ping") return [200, { version: "3.10.0" }];
  if (pathname.endsWith("/configure/database")) {
    return [200, [{ "iox::database": "home" }, { "iox::database": "_internal" }]];
  }
  if (sql.includes("information_schema")) return [200, COLUMNS];
  if (sql.includes("processing_engine_triggers")) return [200, TRIGGERS];
  if (pathname.endsWith("/v1/plugins") && isMillrace) return [200, PLUGINS];
  return [404, { message: "not found" }];
}

function serverWith({ isMillrace = true, requests = [] as TransportRequest[] } = {}): Server {
  const transport: Transport = async (request) => {
    requests.push(request);
    const [status, body] = answerOf(request, isMillrace);
    const headers: Record<string, string> = isMillrace ? { "x-millrace-version": "0.1.0" } : {};
    return {
      status,
      headers,
      body: (async function* () {
        yield new TextEncoder().encode(JSON.stringify(body));
      })(),
    };
  };
  return new Server({ host: HOST, token: "apiv3_t", transport });
}

async function branch(node: ExplorerNode, server: Server): Promise<string[]> {
  return labels(await childrenOf(node, async () => server));
}

function labels(nodes: readonly ExplorerNode[]): string[] {
  return nodes.map((node) => describeNode(node).label);
}

const ROOT: ExplorerNode = { kind: "server", connection: CONNECTION, isActive: true };

describe("the tree of a server", () => {
  it("has databases, and plugins where the server tells of them", async () => {
    assert.deepEqual(await branch(ROOT, serverWith()), ["home", "Plugins"]);
    assert.deepEqual(await branch(ROOT, serverWith({ isMillrace: false })), ["home"]);
  });

  it("goes down to columns, with what they are", async () => {
    const server = serverWith();
    const serverFor = async () => server;
    const [database] = await childrenOf(ROOT, serverFor);
    const [tables, triggers] = await childrenOf(database!, serverFor);
    const [table] = await childrenOf(tables!, serverFor);
    const columns = await childrenOf(table!, serverFor);
    assert.deepEqual(
      columns.map((column) => [describeNode(column).label, describeNode(column).description]),
      [
        ["room", "tag, Dictionary(Int32, Utf8)"],
        ["temp", "field, Float64"],
        ["time", "time, Timestamp(ns)"],
      ],
    );
    const [trigger] = await childrenOf(triggers!, serverFor);
    const { label, description, context } = describeNode(trigger!);
    assert.deepEqual([label, description, context], ["alert", "table:home", "trigger.enabled.runnable"]);
  });

  it("offers to run triggers only where the server can", async () => {
    const server = serverWith({ isMillrace: false });
    const serverFor = async () => server;
    const [database] = await childrenOf(ROOT, serverFor);
    const [, triggers] = await childrenOf(database!, serverFor);
    const [trigger] = await childrenOf(triggers!, serverFor);
    assert.equal(describeNode(trigger!).context, "trigger.enabled");
  });

  it("says what went wrong instead of staying empty", async () => {
    const serverFor = async () => {
      throw new ConnectError({ method: "GET", url: HOST }, "connect", "refused");
    };
    const [problem] = await childrenOf(ROOT, serverFor);
    assert.equal(problem?.kind, "problem");
    assert.match(describeNode(problem!).label, /does not answer \(refused\)/);
  });

  it("gives each line an id of its own", async () => {
    const server = serverWith();
    const serverFor = async () => server;
    const ids: string[] = [];
    const walk = async (node: ExplorerNode): Promise<void> => {
      ids.push(describeNode(node).id);
      for (const child of await childrenOf(node, serverFor)) await walk(child);
    };
    await walk(ROOT);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(ids.length, 11);
  });
});

describe("what a server is asked", () => {
  it("carries the token in its header only", async () => {
    const requests: TransportRequest[] = [];
    await serverWith({ requests }).databases();
    assert.equal(requests[0]?.headers["authorization"], "Bearer apiv3_t");
    assert.ok(!requests[0]?.url.includes("apiv3_t"));
  });

  it("uploads a plugin file by file", async () => {
    const requests: TransportRequest[] = [];
    const server = serverWith({ requests });
    await assert.rejects(server.uploadPlugin("home", [{ path: "units/__init__.py", content: "x = 1" }]));
    assert.deepEqual(JSON.parse(String(requests[0]?.body)), {
      plugin_name: "units/__init__.py",
      content: "x = 1",
    });
  });

  it("quotes names to the letter", () => {
    assert.equal(quotedName('a"b'), '"a""b"');
  });
});

describe("what went wrong with a server", () => {
  it("is said with what to do about it", () => {
    assert.match(failureText(new ApiError(401, ""), HOST), /Set Token/);
    assert.match(failureText(new ApiError(403, ""), HOST), /more rights/);
    assert.equal(failureText(new ApiError(400, '{"message":"no such table"}'), HOST), "no such table");
    assert.match(failureText(new DOMException("", "TimeoutError"), HOST), /took too long/);
  });
});
