import assert from "node:assert/strict";
import type { IncomingBody } from "#src/ingest/index.js";
import type { FakeWal } from "./fake-wal.ts";
import { type Rig, rig, rowsOf } from "./rig.ts";

describe("bodies received in place", () => {
  let db: Rig<FakeWal>;

  const receive = (
    text: string | Uint8Array,
    pieceBytes: number,
  ): { body: IncomingBody; sizeBytes: number } => {
    const bytes = Buffer.from(text);
    const body = db.path.receive(bytes.length)!;
    for (let at = 0; at < bytes.length; at += pieceBytes) body.add(bytes.subarray(at, at + pieceBytes));
    return { body, sizeBytes: bytes.length };
  };

  beforeEach(async () => {
    db = await rig();
  });
  afterEach(() => assert.equal(db.wal.reserved, 0, "staging memory is lost"));

  for (const pieceBytes of [1, 3, 7, 1000]) {
    it(`are written as if they had come at once, in pieces of ${pieceBytes}`, async () => {
      const text = "m,t=é v=1 1\n\nm,t=b v=2i 2\nm,t=c v=3 3\n";
      const result = await db.write("", receive(text, pieceBytes));
      assert.equal(result.acceptedLines, 2);
      assert.deepEqual(
        result.errors.map(({ line_number: line }) => line),
        [2],
      );
      assert.deepEqual(rowsOf(db, "m"), [
        { t: "c", time: 3n, v: 3 },
        { t: "é", time: 1n, v: 1 },
      ]);
      assert.equal(Buffer.from(db.wal.stored[0]!.bytes).toString(), "m,t=é v=1 1\n\nm,t=c v=3 3\n");
    });
  }

  it("give their room back when they are discarded, refused, or no text", async () => {
    receive("m v=1", 2).body.discard();
    await assert.rejects(db.write("", receive(Buffer.from([0x6d, 0xff]), 1)), /not valid utf8/);
    await assert.rejects(db.write("", { ...receive("m", 1), acceptPartial: false }));
    db = await rig({ limits: { maxBufferBytes: 0 } });
    await assert.rejects(db.write("", receive("m v=1", 2)), /bytes are buffered/);
  });
});
