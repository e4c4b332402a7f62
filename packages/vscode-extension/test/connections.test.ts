import assert from "node:assert/strict";
import {
  ConnectionBook,
  describeStatus,
  hostProblem,
  type KeptValues,
  nameFor,
  tokenProblem,
} from "#src/connections/index.js";

class Memory implements KeptValues {
  readonly values = new Map<string, unknown>();
  get<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }
  async update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
  }
}

function bookWithParts() {
  const forUser = new Memory();
  const forWorkspace = new Memory();
  const kept = new Map<string, string>();
  const secrets = {
    get: async (key: string) => kept.get(key),
    store: async (key: string, value: string) => void kept.set(key, value),
    delete: async (key: string) => void kept.delete(key),
  };
  let ids = 0;
  let changes = 0;
  const book = new ConnectionBook({
    forUser,
    forWorkspace,
    secrets,
    newId: () => `id-${++ids}`,
    onChange: () => {
      changes++;
    },
  });
  return { book, forUser, forWorkspace, kept, changes: () => changes };
}

const LOCAL = { name: "local", host: "http://127.0.0.1:8181" };

describe("the list of servers", () => {
  it("works with a server as soon as it is added", async () => {
    const { book, changes } = bookWithParts();
    const added = await book.add(LOCAL, "apiv3_secret");
    assert.deepEqual(book.active, { id: added.id, ...LOCAL });
    assert.equal(await book.token(added.id), "apiv3_secret");
    assert.equal(changes(), 1);
  });

  it("keeps tokens where secrets are kept and nowhere else", async () => {
    const { book, forUser, forWorkspace } = bookWithParts();
    await book.add(LOCAL, "apiv3_secret");
    const kept = JSON.stringify([[...forUser.values], [...forWorkspace.values]]);
    assert.ok(!kept.includes("apiv3_secret"));
  });

  it("switches, and remembers the database of each server", async () => {
    const { book } = bookWithParts();
    const one = await book.add(LOCAL, undefined);
    const two = await book.add({ name: "two", host: "http://two:8181" }, undefined);
    assert.equal(book.active?.id, two.id);
    await book.use(one.id);
    await book.setDatabase(one.id, "home");
    assert.deepEqual(book.active, { ...one, database: "home" });
    assert.equal(book.find(two.id)?.database, undefined);
  });

  it("forgets a server with its token", async () => {
    const { book, kept } = bookWithParts();
    const added = await book.add(LOCAL, "apiv3_secret");
    await book.remove(added.id);
    assert.deepEqual(book.all, []);
    assert.equal(book.active, undefined);
    assert.equal(kept.size, 0);
  });

  it("takes a token away when it is replaced by nothing", async () => {
    const { book, kept } = bookWithParts();
    const { id } = await book.add(LOCAL, "apiv3_secret");
    await book.setToken(id, "");
    assert.equal(kept.size, 0);
  });
});

describe("what people type about a server", () => {
  it("has to be an address without secrets in it", () => {
    assert.equal(hostProblem("http://127.0.0.1:8181"), undefined);
    assert.equal(hostProblem(" https://db.example.org/influx "), undefined);
    assert.match(hostProblem("http://") ?? "", /no address/);
    assert.match(hostProblem("http://user:pw@db:8181") ?? "", /must not hold/);
    assert.match(hostProblem("http://db:8181?token=1") ?? "", /must not hold/);
  });

  it("has to be a token that fits into a header", () => {
    assert.equal(tokenProblem(""), undefined);
    assert.equal(tokenProblem("apiv3_a-b_c"), undefined);
    assert.match(tokenProblem("two words") ?? "", /no spaces/);
    assert.match(tokenProblem("line\nbreak") ?? "", /no line breaks/);
  });

  it("gives the server a name", () => {
    assert.equal(nameFor("http://127.0.0.1:8181"), "127.0.0.1:8181");
  });
});

describe("the status bar", () => {
  it("tells which server is used, and how it is", () => {
    assert.match(describeStatus({ state: "none" }, undefined).tooltip, /tested here/);
    const connected = { state: "connected", host: "http://a:1", database: "home", tables: 1 } as const;
    assert.equal(describeStatus(connected, "mine").text, "$(database) mine / home");
    assert.equal(describeStatus(connected, "mine").tooltip, "Connected to http://a:1, 1 table");
    const failed = describeStatus({ state: "failed", host: "http://a:1", message: "It sleeps." }, undefined);
    assert.deepEqual(
      [failed.text, failed.tooltip, failed.isProblem],
      ["$(warning) http://a:1", "It sleeps.", true],
    );
  });
});
