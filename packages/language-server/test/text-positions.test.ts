import assert from "node:assert/strict";
import fc from "fast-check";
import { TextDocument } from "vscode-languageserver-textdocument";
import { TextPositions } from "#src/text/index.js";

const lines = fc.array(fc.constantFrom("\n", "\r\n", "\r", "a", "é", "😀", "  x"), { maxLength: 40 });

describe("text positions", () => {
  it("are those that editors mean", () => {
    fc.assert(
      fc.property(lines, (parts) => {
        const text = parts.join("");
        const ours = new TextPositions(text);
        const theirs = TextDocument.create("file:///x", "python", 1, text);
        for (let offset = 0; offset <= text.length; offset++) {
          // Between the two characters of a line end there is no position.
          if (text[offset - 1] === "\r" && text[offset] === "\n") continue;
          const position = ours.positionAt(offset);
          assert.deepEqual(position, theirs.positionAt(offset));
          assert.equal(ours.offsetAt(position), offset);
        }
      }),
    );
  });

  it("behind the end of a line or the text are its end", () => {
    const positions = new TextPositions("ab\r\ncd");
    assert.equal(positions.offsetAt({ line: 0, character: 99 }), 2);
    assert.equal(positions.offsetAt({ line: 9, character: 0 }), 6);
    assert.equal(positions.offsetAt({ line: -1, character: 3 }), 0);
  });
});
