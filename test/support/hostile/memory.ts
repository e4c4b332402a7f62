import { type AttackKind, devours } from "./attack.ts";

export const memory: readonly AttackKind[] = [
  {
    kind: "allocation",
    attacks: [
      devours("a growing buffer", "data = bytearray()\nwhile True: data += bytes(2 ** 20)"),
      devours("lists of lists", "data = []\nwhile True: data = [data, data[:], [0] * 1000]"),
      devours("one huge text", '"x" * 10 ** 9'),
      devours("a list that cannot be", "[0] * 10 ** 9"),
      devours("a wide number", '"%1000000000d" % 1'),
      devours("a dict of numbers", "data = {}\nn = 0\nwhile True:\n    data[n] = str(n)\n    n += 1"),
      {
        ...devours(
          "a text that doubles and is caught each time",
          'data = "x"\nwhile True:\n    try: data += data\n    except MemoryError: pass',
        ),
        // CPython forgets the variable when its += finds no memory.
        says: /--plugin-memory|TypeError|UnboundLocalError|--plugin-(run|test)-timeout/,
      },
      devours(
        "what a small archive becomes",
        "import zlib\nbomb = zlib.compress(bytes(2 ** 24))\nzlib.decompress(bomb)\nkept = []\nwhile True: kept.append(zlib.decompress(bomb))",
      ),
      devours(
        "kept in a module",
        "import json\njson.kept = []\nwhile True: json.kept.append(bytes(2 ** 20))",
      ),
    ],
  },
  {
    kind: "recursion",
    attacks: [
      devours("in Python", "def again(): again()\nagain()"),
      devours(
        "in Python without its limit",
        "import sys\nsys.setrecursionlimit(2 ** 31 - 1)\ndef again(): again()\nagain()",
      ),
      devours("in JSON", 'import json\njson.loads("[" * 10 ** 7)'),
      devours(
        "in pickles",
        "import pickle, sys\nsys.setrecursionlimit(10 ** 6)\ndata = []\nfor _ in range(10 ** 5): data = [data]\npickle.dumps(data)",
      ),
      {
        ...devours(
          "in repr",
          "import sys\nsys.setrecursionlimit(10 ** 6)\ndata = []\nfor _ in range(10 ** 5): data = [data]\nrepr(data)",
        ),
        outcomes: ["fatal", "error", "memory", "timeout", "killed", "ok"],
      },
      {
        ...devours("in the compiler", 'eval("(" * 10 ** 5)'),
        says: /SyntaxError|MemoryError|RecursionError|--plugin-stack-size|--plugin-(run|test)-timeout/,
      },
      devours(
        "in comparisons",
        "import sys\nsys.setrecursionlimit(10 ** 9)\nclass Odd:\n    def __eq__(self, other): return [self] == [Odd()]\n[Odd()] == [Odd()]",
      ),
    ],
  },
];
