import assert from "node:assert/strict";
import { type Python, startPython } from "./support.ts";

describe("host calls", () => {
  let python: Python;
  let unanswered: ((text: string) => void) | undefined;

  before(async () => {
    python = await startPython({}, (text, reply) => {
      if (text === "later") unanswered = reply;
      else reply(`host: ${text}`);
    });
  });
  after(() => python.close());

  it("come back synchronously, in any number, with any text", async () => {
    const source = `
import _millrace
texts = ["", "ä€😀", "x" * 10 ** 6, "nul\\0inside"]
result = [_millrace.ask("host", text) == "host: " + text for text in texts + [str(i) for i in range(500)]]
result = all(result) and len(result)`;
    assert.equal(await python.evaluate(source), "504");
  });

  it("that were interrupted do not leave their answer to the next one", async () => {
    const end = await python.run("import _millrace\n_millrace.ask('host', 'later')", { softTimeoutMs: 50 });
    assert.ok(end.kind === "done" && end.timedOut);
    unanswered?.("too late");
    assert.equal(
      await python.evaluate("import _millrace\nresult = _millrace.ask('host', 'now')"),
      "host: now",
    );
  });

  it("on a channel that does not exist raise", async () => {
    const source = "import _millrace\n_millrace.ask('nowhere', 'x')";
    assert.equal(await python.evaluate(source), "!RuntimeError: this interpreter has no channel 'nowhere'");
  });

  it("without an answer are messages in order", async () => {
    python.told.length = 0;
    await python.evaluate(
      "import _millrace\nfor i in range(100): _millrace.tell(str(i))\nresult = _millrace.ask('host', 'x')",
    );
    assert.deepEqual(
      python.told,
      Array.from({ length: 100 }, (_, index) => String(index)),
    );
  });
});
