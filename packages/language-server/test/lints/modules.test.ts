import type { LintCase } from "../support/lint-cases.ts";
import { testLints } from "../support/lint-cases.ts";
import { type RunningServer, startServer } from "../support/server.ts";

const PLUGIN = "\n\ndef process_writes(influxdb3_local, table_batches, args=None):\n    pass\n";

const cases: LintCase[] = [
  {
    what: "sees modules that the sandbox lacks",
    text: `import «curses»${PLUGIN}`,
    codes: ["missing-module"],
    says: /no 'curses' in the sandbox/,
    fix: [
      "Do without it where it is not there",
      "try:\n    import curses\nexcept ImportError:\n    curses = None",
    ],
  },
  {
    what: "sees them inside of functions and beside others",
    text: `import json, «pwd»\n\ndef process_writes(influxdb3_local, table_batches, args=None):\n    from «tkinter.ttk» import Button\n`,
    codes: ["missing-module", "missing-module"],
  },
  {
    what: "sees modules that Python has no longer",
    text: `import «imp»\nfrom «distutils.util» import strtobool${PLUGIN}`,
    codes: ["missing-module", "missing-module"],
    says: /no longer has 'imp': use importlib/,
  },
  {
    what: "sees modules that never were",
    text: `from «influxdb3_pe» import LineBuilder${PLUGIN}`,
    codes: ["missing-module"],
    fix: ["Remove the import", "\ndef process_writes"],
  },
  {
    what: "knows that influxdb3_local is no module",
    text: `import «influxdb3_local»${PLUGIN}`,
    codes: ["missing-module"],
    says: /first argument of every entry point/,
  },
  {
    what: "says how packages are called where they are installed",
    text: `import «yaml»\nfrom «bs4» import BeautifulSoup\nimport «paho.mqtt.client» as mqtt${PLUGIN}`,
    codes: ["missing-package", "missing-package", "missing-package"],
    says: /influxdb3 install package PyYAML$/,
  },
  {
    what: "says what cannot run in a sandbox",
    text: `import «numpy» as np${PLUGIN}`,
    codes: ["missing-package"],
    says: /machine code/,
  },
  {
    what: "says nothing of what a plugin can do without",
    text: `
      import sys
      from typing import TYPE_CHECKING

      try:
          import numpy as np
      except ImportError:
          np = None

      if sys.platform == "win32":
          import winreg

      if TYPE_CHECKING:
          from influxdb3_plugin import LineBuilder as Builder

      def process_writes(influxdb3_local, table_batches, args=None):
          try:
              import requests
          except ImportError:
              return
          requests.get("x")
    `,
  },
  {
    what: "says nothing of Python's own modules",
    text: `import asyncio, json, sqlite3, zoneinfo, threading, concurrent.futures, urllib.request, tomllib, subprocess${PLUGIN}`,
  },
  {
    what: "knows that one file has no modules beside it",
    text: `from «.helpers» import x${PLUGIN}`,
    codes: ["unresolved-import"],
    says: /make it a directory with an __init__\.py/,
  },
];

describe("checks of imports", () => {
  let server: RunningServer;

  before(async () => {
    server = await startServer();
  });

  after(() => server.stop());

  testLints(cases, () => server);
});
