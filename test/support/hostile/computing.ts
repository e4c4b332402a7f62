import { type AttackKind, endless } from "./attack.ts";

export const computing: readonly AttackKind[] = [
  {
    kind: "a loop without end",
    attacks: [
      endless("in Python", "while True: pass"),
      endless(
        "that catches everything",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
      ),
      endless(
        "that goes on in `finally`",
        "def again():\n    try:\n        while True: pass\n    finally:\n        again()\nagain()",
      ),
      endless(
        "in a finalizer of what stays when it has returned",
        "class Odd:\n    def __del__(self):\n        while True:\n            try:\n                while True: pass\n            except BaseException: pass\nkept = Odd()\nkept.itself = kept",
      ),
      endless(
        "in a comparison",
        "class Odd:\n    def __eq__(self, other):\n        while True: pass\n[Odd()].index(1)",
      ),
      endless(
        "in a finalizer",
        "class Odd:\n    def __del__(self):\n        while True: pass\nOdd()\nwhile True: pass",
      ),
    ],
  },
  {
    kind: "work in C that Python cannot interrupt",
    attacks: [
      endless("a sum", "sum(range(10 ** 12))"),
      endless("a regular expression", 'import re\nre.match(r"(a+)+$", "a" * 40 + "b")'),
      {
        ...endless("a power", "str(7 ** 10 ** 8)"),
        outcomes: ["timeout", "killed", "memory", "error"],
        says: /--plugin-(run|test)-timeout|--plugin-memory|Exceeds the limit/,
      },
      endless("an iterator", "import collections, itertools\ncollections.deque(itertools.count(), maxlen=0)"),
      endless("a sort by slow keys", "sorted(range(10 ** 5), key=lambda n: sum(range(10 ** 6)))"),
      endless("a search in a long text", '("a" * 10 ** 6).find("a" * (10 ** 5) + "b")\nwhile True: pass'),
    ],
  },
  {
    kind: "waiting",
    attacks: [
      endless("asleep for hours", "import time\ntime.sleep(10 ** 5)"),
      endless(
        "for a lock of its own",
        "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
      ),
      endless("for nobody's event", "import threading\nthreading.Event().wait()"),
      endless("in asyncio", "import asyncio\nasyncio.run(asyncio.sleep(10 ** 5))"),
    ].map((attack) => ({
      ...attack,
      outcomes: [...attack.outcomes, "error"],
      says: /--plugin-(run|test)-timeout|RuntimeError/,
    })),
  },
  {
    kind: "deaf to the interrupt",
    attacks: [
      endless(
        "by a handler of its own",
        "import signal\nsignal.signal(signal.SIGINT, lambda *_: None)\nwhile True: pass",
      ),
      endless(
        "by ignoring it",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
      ),
      endless(
        "by tracing",
        "import sys\ndef trace(*_):\n    return trace\nsys.settrace(trace)\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass",
      ),
      endless(
        "by another meaning of KeyboardInterrupt",
        "import builtins\nbuiltins.KeyboardInterrupt = ValueError\nwhile True:\n    try:\n        while True: pass\n    except: pass",
      ),
    ],
  },
];
