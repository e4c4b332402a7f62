import assert from "node:assert/strict";
import { neededCompiledParts } from "#src/wheel/compiled-parts.js";
import { hardImports } from "#src/wheel/imports.js";

const needed = (files: Record<string, string>): Promise<string | undefined> =>
  neededCompiledParts(Object.keys(files), async (file) => files[file]!);

const SO = "cpython-314-x86_64-linux-gnu.so";

describe("compiled parts of a package", () => {
  it("are not needed if they are imported in a try that goes on without them", async () => {
    assert.equal(
      await needed({
        "fast/__init__.py":
          "try:\n    from ._speed import go\nexcept ImportError:\n    from ._slow import go\n",
        "fast/_slow.py": "def go(): pass\n",
        [`fast/_speed.${SO}`]: "",
      }),
      undefined,
    );
  });

  it("are not needed where there is the same module in Python", async () => {
    assert.equal(
      await needed({
        "m/__init__.py": "from m.core import x\n",
        "m/core.py": "x = 1\n",
        [`m/core.${SO}`]: "",
        [`0a1__mypyc.${SO}`]: "",
      }),
      undefined,
    );
  });

  it("may take other modules with them that are optional themselves", async () => {
    const files = {
      "yam/__init__.py":
        "try:\n    from .cyam import *\n    ok = True\nexcept ImportError:\n    ok = False\n",
      "yam/cyam.py": "from yam._yam import Parser\n",
      "_yam/__init__.py": "import yam.cyam\n",
      [`yam/_yam.${SO}`]: "",
    };
    assert.equal(await needed(files), undefined);
    assert.match(
      (await needed({ ...files, "yam/__init__.py": "from .cyam import *\n" }))!,
      /needs its compiled module yam.cyam/,
    );
  });

  it("are needed if the package, or users, import them", async () => {
    assert.match(
      (await needed({ "a/__init__.py": "from . import _core\n", [`a/_core.${SO}`]: "" }))!,
      /a\._core/,
    );
    assert.match(
      (await needed({ "a/__init__.py": "", [`a/etree.${SO}`]: "" }))!,
      /its module a\.etree is compiled/,
    );
    assert.match(
      (await needed({
        "a/__init__.py": "from .b import x\n",
        "a/b/__init__.py": "from ..c import (\n  y,  # why\n  _z,\n)\n",
        "a/c/__init__.py": "",
        [`a/c/_z.${SO}`]: "",
      }))!,
      /a needs|needs its compiled module/,
    );
  });

  it("are needed if the handler only explains what is missing", async () => {
    const source =
      "try:\n    import a._core\nexcept ImportError as error:\n    raise ImportError('reinstall') from error\n";
    assert.notEqual(await needed({ "a/__init__.py": source, [`a/_core.${SO}`]: "" }), undefined);
  });

  it("do not count when only functions and type checkers import them", () => {
    const source = [
      "import os, a.b as c",
      "if TYPE_CHECKING:",
      "    from . import _t",
      "def load():",
      "    from ._x import y",
      "class A:",
      "    try:",
      "        import q",
      "    finally:",
      "        pass",
      "    from .z import w",
    ].join("\n");
    assert.deepEqual(
      hardImports(source, "p.m", false).map(({ modules }) => modules),
      [["os", "a.b"], ["q"], ["p.z", "p.z.w"]],
    );
  });
});
