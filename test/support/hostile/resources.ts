import { type Attack, type AttackKind, flood, TIME, TRIGGER_WAYS } from "./attack.ts";

const FILES = "--plugin-files-size|--plugin-max-files";
const SPACE = "--plugin-space-size|--plugin-max-files|--plugin-max-file-calls|--plugin-files-size";
const HOST_CALLS = "--plugin-max-host-calls";
const NETWORK = "--plugin-max-network-calls|--plugin-network|OSError|Error";

/** Threads, processes: either the plugin is told that there are none, or it does its work by itself. */
function alone(name: string, body: string): Attack {
  return {
    name,
    body,
    outcomes: ["ok", "error", "timeout", "killed", "memory"],
    says: new RegExp(`Error|--plugin-memory|${TIME.source}`),
  };
}

export const resources: readonly AttackKind[] = [
  {
    kind: "threads and processes",
    attacks: [
      alone(
        "threads that start threads",
        "import threading\ndef again(): threading.Thread(target=again).start()\nagain()",
      ),
      alone(
        "threads in a loop",
        "import threading\nwhile True: threading.Thread(target=lambda: None).start()",
      ),
      alone(
        "a pool",
        "import concurrent.futures\nwith concurrent.futures.ThreadPoolExecutor(1000) as pool:\n    while True: pool.submit(sum, range(1000))",
      ),
      alone("forks", "import os\nwhile True: os.fork()"),
      alone("commands", 'import subprocess\nsubprocess.run(["sh", "-c", "kill -9 $PPID"])'),
    ],
  },
  {
    kind: "a flood of files",
    attacks: [
      flood("many in memory", FILES, 'n = 0\nwhile True:\n    n += 1\n    open(f"/tmp/{n}", "w").close()'),
      flood(
        "a large one in memory",
        FILES,
        'with open("/tmp/large", "wb") as file:\n    while True: file.write(bytes(2 ** 16))',
      ),
      flood("one with a hole", `${FILES}|OSError|OverflowError`, 'open("/tmp/hole", "wb").truncate(2 ** 40)'),
      {
        ...flood(
          "open ones",
          `${FILES}|OSError|--plugin-memory`,
          'kept = []\nwhile True: kept.append(open(f"/tmp/open{len(kept)}", "w"))',
        ),
        outcomes: ["error", "memory", "timeout", "killed"],
      },
      flood(
        "directories in each other",
        `${FILES}|OSError`,
        'import os\nos.chdir("/tmp")\nwhile True:\n    os.mkdir("d" * 200)\n    os.chdir("d" * 200)',
      ),
      flood(
        "links",
        `${FILES}|OSError`,
        'import os\nn = 0\nwhile True:\n    n += 1\n    os.symlink("x" * 4000, f"/tmp/l{n}")',
      ),
      flood(
        "many beside the plugins",
        SPACE,
        'import os\nhome = os.environ["PLUGIN_DIR"]\nn = 0\nwhile True:\n    n += 1\n    with open(f"{home}/flood{n}", "w") as file: file.write("x")',
      ),
      flood(
        "a large one beside the plugins",
        SPACE,
        'import os\nwith open(os.environ["PLUGIN_DIR"] + "/large", "wb") as file:\n    while True: file.write(bytes(2 ** 16))',
      ),
      flood(
        "looking for files",
        SPACE,
        'import os\nwhile True: os.path.exists(os.environ["PLUGIN_DIR"] + "/nothing")\n',
      ),
    ],
  },
  {
    kind: "a flood of cached values",
    attacks: [
      {
        ...flood(
          "in the local cache",
          "--plugin-memory|--plugin-max-host-calls",
          "n = 0\nwhile True:\n    n += 1\n    local.cache.put(str(n), bytes(2 ** 18))",
        ),
        outcomes: ["memory", "budget", "error", "timeout", "killed"],
      },
      flood(
        "in the global cache",
        HOST_CALLS,
        "n = 0\nwhile True:\n    n += 1\n    local.cache.put(str(n), bytes(2 ** 12), use_global=True)",
      ),
      flood(
        "large ones in the global cache",
        `${HOST_CALLS}|--plugin-memory|--plugin-cache-size|ValueError`,
        "n = 0\nwhile True:\n    n += 1\n    local.cache.put(str(n), bytes(2 ** 24), use_global=True)",
      ),
    ],
  },
  {
    kind: "a flood of sockets",
    attacks: [
      flood("never connected", NETWORK, "import socket\nkept = []\nwhile True: kept.append(socket.socket())"),
      flood(
        "to where it must not",
        NETWORK,
        'import socket\nwhile True:\n    try: socket.create_connection(("192.0.2.1", 80))\n    except PermissionError: pass\n    except ConnectionRefusedError: pass',
      ),
      flood(
        "names",
        NETWORK,
        'import socket\nn = 0\nwhile True:\n    n += 1\n    try: socket.getaddrinfo(f"h{n}.invalid", 80)\n    except socket.gaierror: pass',
      ),
      flood(
        "that listen",
        NETWORK,
        'import socket\nserver = socket.socket()\nserver.bind(("0.0.0.0", 0))\nserver.listen()\nserver.accept()',
      ),
    ].map((attack) => ({ ...attack, ways: TRIGGER_WAYS })),
  },
  {
    kind: "a flood of queries",
    attacks: [
      flood("small ones", HOST_CALLS, 'while True: local.query("SELECT 1")'),
      flood(
        "long ones",
        HOST_CALLS,
        'while True:\n    try: local.query("SELECT " + "x" * 10 ** 6)\n    except Exception: pass',
      ),
      flood(
        "wrong ones",
        HOST_CALLS,
        'while True:\n    try: local.query("SELEC 1")\n    except Exception: pass',
      ),
      {
        ...flood("a huge result", "query|memory", 'local.query("SELECT a.v, b.v AS w FROM grid a, grid b")'),
        outcomes: ["error", "memory", "timeout", "killed", "fatal"],
      },
      {
        ...flood(
          "one that takes for ever",
          "query|QueryError",
          'local.query("SELECT count(*) FROM grid a, grid b, grid c, grid d WHERE a.v + b.v + c.v + d.v = 7")',
        ),
        outcomes: ["error", "timeout", "killed"],
      },
    ],
  },
];
