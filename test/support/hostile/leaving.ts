import { type Attack, type AttackKind, endless, REQUEST_WAYS, TIME } from "./attack.ts";

/** Leaves or breaks its interpreter, or does not get that far. */
function leaves(name: string, body: string): Attack {
  return {
    name,
    body,
    outcomes: ["fatal", "error", "ok"],
    says: /ended its process|broke its interpreter|Error|SystemExit/,
  };
}

/** Breaks what runs it: only its own run may suffer. */
function tampers(name: string, body: string): Attack {
  return {
    name,
    body,
    outcomes: ["ok", "error", "fatal", "killed"],
    says: new RegExp(`Error|broke its interpreter|str\\(\\) failed|N{100}|${TIME.source}`),
  };
}

/** What no HTTP client should get. */
function answers(name: string, body: string): Attack {
  return {
    name,
    body,
    outcomes: ["ok", "error", "memory", "budget", "timeout", "killed", "fatal"],
    says: new RegExp(
      `Error|SystemExit|more headers|--plugin-memory|Unsupported|request handler|${TIME.source}`,
    ),
    ways: REQUEST_WAYS,
  };
}

export const leaving: readonly AttackKind[] = [
  {
    kind: "leaving",
    attacks: [
      leaves("sys.exit", "import sys\nsys.exit(3)"),
      leaves("os._exit", "import os\nos._exit(3)"),
      leaves("os.abort", "import os\nos.abort()"),
      leaves("a signal to itself", "import os\nos.kill(os.getpid(), 9)"),
      leaves("a fault", "import faulthandler\nfaulthandler._sigsegv()"),
      leaves("ctypes", "import ctypes\nctypes.string_at(0)"),
      leaves(
        "a forged object",
        "import types\ncode = attack.__code__.replace(co_code=bytes([100, 255] * 50), co_consts=())\ntypes.FunctionType(code, {})(local)",
      ),
    ],
  },
  {
    kind: "tampering with what runs it",
    attacks: [
      tampers("no builtins", "import builtins\nbuiltins.__dict__.clear()"),
      tampers("no modules", "import sys\nsys.modules.clear()"),
      tampers(
        "no importers",
        "import sys\nsys.meta_path.clear()\nsys.path_hooks.clear()\nsys.path_importer_cache.clear()",
      ),
      tampers(
        "another runner",
        "import _millrace_runner\n_millrace_runner._run_plugin = None\n_millrace_runner.run = None",
      ),
      tampers(
        "another class",
        "import _millrace_run_state\n_millrace_run_state.RunState.take_events = lambda self: None",
      ),
      tampers("no JSON", "import json\njson.dumps = json.loads = None"),
      tampers(
        "streams that raise",
        "import sys\nclass Odd:\n    def __getattr__(self, name): raise SystemExit\nsys.stdout = sys.stderr = Odd()",
      ),
      tampers(
        "a forged outcome",
        "import _millrace_runner\n_millrace_runner.json.dumps = lambda *_, **__: '{\"ok\": 7}'",
      ),
      tampers("no garbage collection", "import gc\ngc.disable()\ngc.collect = None\ngc.freeze()"),
      tampers(
        "an exception whose text is a trap",
        "class Odd(Exception):\n    def __str__(self): raise self\nraise Odd",
      ),
      {
        ...endless(
          "an exception whose text never comes",
          "class Odd(Exception):\n    def __str__(self):\n        while True: pass\nraise Odd",
        ),
      },
    ],
  },
  {
    kind: "answers to requests",
    attacks: [
      answers("a giant body", 'return "x" * 50_000_000'),
      answers("pieces without end", 'def pieces():\n    while True: yield "x" * 1000\nreturn pieces()'),
      answers("a million headers", 'return "x", 200, {f"h{n}": "x" for n in range(10 ** 6)}'),
      answers("a giant header", 'return "x", 200, {"h": "x" * 10 ** 7}'),
      answers(
        "headers that split the answer",
        'return "x", 200, {"a\\r\\nb": "c", "d": "e\\r\\n\\r\\nHTTP/1.1 200 OK"}',
      ),
      answers("no status", 'return "x", -1'),
      answers("itself in JSON", "data = []\ndata.append(data)\nreturn data"),
      answers(
        "an object that raises",
        "class Odd:\n    def __flask_response__(self): return True\n    def __getattr__(self, name): raise SystemExit(name)\nreturn Odd()",
      ),
      answers(
        "deep JSON",
        "import sys\nsys.setrecursionlimit(10 ** 6)\ndata = []\nfor _ in range(10 ** 5): data = [data]\nreturn data",
      ),
    ],
  },
];
