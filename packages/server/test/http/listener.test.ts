import assert from "node:assert/strict";
import { systemClock } from "#src/foundation/index.js";
import { listen } from "#src/http/index.js";

describe("a listener", () => {
  const open = (host: string, port: number) =>
    listen((_, response) => response.end(), { host, port, bindOption: "--http-bind" }, systemClock);

  it("says who is in the way of its address, and what to do", async () => {
    const first = await open("127.0.0.1", 0);
    await assert.rejects(open("127.0.0.1", Number(first.address.split(":")[1])), {
      message:
        `Failed to bind address ${first.address}: another program listens there already. ` +
        "Stop it, or choose another address with --http-bind",
    });
    await first.close(0);
  });

  it("refuses an address that is not this machine's", async () => {
    await assert.rejects(open("192.0.2.1", 8181), {
      message:
        "Failed to bind address 192.0.2.1:8181: this machine has no such address. " +
        "Correct the address, or choose another address with --http-bind",
    });
  });
});
