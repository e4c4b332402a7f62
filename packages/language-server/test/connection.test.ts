import assert from "node:assert/strict";
import { FakeDatabase, TAG } from "./support/fake-database.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const TOKEN = "apiv3_secret-of-the-test";
const TABLES = { cpu: { time: "Timestamp(ns)", host: TAG, usage: "Float64" } };

describe("the connection", () => {
  const database = new FakeDatabase(TABLES);
  let host: string;
  let server: RunningServer;

  before(async () => {
    host = await database.start();
    server = await startServer();
  });

  beforeEach(() => {
    database.tables = TABLES;
    database.failure = undefined;
    database.requests.length = 0;
  });

  after(async () => {
    await server.stop();
    await database.stop();
  });

  const set = (connection: unknown) => server.connection.sendRequest("millrace/setConnection", connection);
  const status = () => server.connection.sendRequest("millrace/connection");

  it("tells how many tables the database has", async () => {
    const connected = { state: "connected", host, database: "db", tables: 1 };
    assert.deepEqual(await set({ host, token: TOKEN, database: "db" }), connected);
    assert.deepEqual(await status(), connected);
    assert.equal(database.requests[0]!.authorization, `Bearer ${TOKEN}`);
    await server.notification(
      "millrace/connectionChanged",
      (it) => (it as { state: string }).state === "connected",
    );
  });

  it("ends when there is none", async () => {
    assert.deepEqual(await set(null), { state: "none" });
    database.requests.length = 0;
    assert.deepEqual(await server.connection.sendRequest("millrace/refreshSchema"), { state: "none" });
    assert.equal(database.requests.length, 0);
  });

  it("can be chosen by a command", async () => {
    const answer = await server.connection.sendRequest("workspace/executeCommand", {
      command: "millrace.setConnection",
      arguments: [{ host, database: "db" }],
    });
    assert.deepEqual(answer, { state: "connected", host, database: "db", tables: 1 });
  });

  it("notices tables that are new", async () => {
    await set({ host, database: "db", schemaRefreshSeconds: 1 });
    database.tables = { ...TABLES, mem: { time: "Timestamp(ns)", free: "Int64" } };
    await server.notification("millrace/connectionChanged", (it) => (it as { tables?: number }).tables === 2);
  });

  it("drops what was asked of the server before", async () => {
    let open = () => {};
    database.gate = new Promise((resolve) => {
      open = resolve;
    });
    const first = set({ host, database: "slow" });
    const second = set(null);
    assert.deepEqual(await second, { state: "none" });
    assert.deepEqual(await first, { state: "none" });
    open();
    assert.deepEqual(await status(), { state: "none" });
  });

  const failures: [what: string, failure: { status: number; body: string }, message: RegExp][] = [
    ["a token is missing", { status: 401, body: "" }, /wants a token/],
    [
      "the database is not there",
      { status: 404, body: "query error: database not found: db" },
      /404: query error: data/,
    ],
    ["the answer is no JSON", { status: 200, body: "<html>" }, /makes no sense/],
    ["the answer is no list", { status: 200, body: "{}" }, /no list of columns/],
  ];
  for (const [what, failure, message] of failures) {
    it(`says so when ${what}`, async () => {
      database.failure = failure;
      const answer = (await set({ host, database: "db" })) as { state: string; message: string };
      assert.equal(answer.state, "failed");
      assert.match(answer.message, message);
    });
  }

  it("says so when nobody answers", async () => {
    const answer = (await set({ host: "http://127.0.0.1:1", database: "db" })) as { message: string };
    assert.match(answer.message, /^http:\/\/127.0.0.1:1 does not answer/);
  });

  const refused: [what: string, connection: unknown, message: RegExp][] = [
    ["is no object", 5, /is an object/],
    ["has no URL for a host", { host: "::" }, /no URL/],
    ["has a password in the host", { host: "http://me:hunter2@h" }, /Give a token instead/],
    ["has a broken token", { host: "http://h", token: "hunter2\n" }, /no token has/],
    ["has another type of database", { host: "http://h", database: 5 }, /database must be a string/],
  ];
  for (const [what, connection, message] of refused) {
    it(`is refused when it ${what}, without quoting secrets`, async () => {
      await assert.rejects(set(connection), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      });
    });
  }

  it("never tells the token", () => {
    const told = ["window/logMessage", "window/showMessage", "millrace/connectionChanged"].map((method) =>
      server.notifications(method),
    );
    assert.doesNotMatch(JSON.stringify(told), /secret-of-the-test/);
  });
});

describe("the connection of the environment", () => {
  it("is what the CLI would use", async () => {
    const database = new FakeDatabase(TABLES);
    const host = await database.start();
    const env = { INFLUXDB3_HOST_URL: host, INFLUXDB3_AUTH_TOKEN: TOKEN, INFLUXDB3_DATABASE_NAME: "db" };
    const server = await startServer({ env });
    await server.notification("millrace/connectionChanged", (it) => (it as { tables?: number }).tables === 1);
    assert.equal(database.requests[0]!.authorization, `Bearer ${TOKEN}`);
    await server.stop();
    await database.stop();
  });
});
