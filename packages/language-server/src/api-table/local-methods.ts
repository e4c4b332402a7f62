import type { ApiMethod, ApiParameter } from "./model.ts";

const LINE: ApiParameter = {
  name: "line_builder",
  type: "SupportsBuild",
  doc: "A `LineBuilder`, or any object whose `build()` returns line protocol, of one line or several.",
};
const DATABASE: ApiParameter = { name: "db_name", type: "str", doc: "The database to write to." };
const NO_SYNC: ApiParameter = {
  name: "no_sync",
  type: "bool",
  doc: "`False` waits until the line is durable, `True` only until it is accepted. Must be given.",
};

function log(name: string, doc: string): ApiMethod {
  const values: ApiParameter = {
    name: "*args",
    type: "object",
    doc: "Any number of values; each is turned into text, with a space between them.",
  };
  return { kind: "method", name, parameters: [values], returns: "None", doc };
}

export const LOCAL_METHODS: readonly ApiMethod[] = [
  log("info", "Writes a line to the trigger's log."),
  log("warn", "Writes a warning to the trigger's log."),
  log("error", "Writes an error to the trigger's log. The run goes on."),
  {
    kind: "method",
    name: "query",
    parameters: [
      { name: "query", type: "str", doc: "One SQL statement." },
      {
        name: "args",
        type: "dict[str, str] | None",
        default: "None",
        doc: "Values for `$name` in the statement. All of them must be strings; do not put quotes around `$name`.",
      },
      {
        name: "database",
        type: "str | None",
        default: "None",
        doc: "The database to query; the trigger's own without it.",
      },
    ],
    returns: "list[dict[str, Any]]",
    doc: "Runs SQL and returns the rows, each a dict from column name to value. Times are integers: nanoseconds since 1970.",
    raises: [
      "`QueryError` when the query cannot be planned or run. The class has no name in plugins: catch `Exception`.",
    ],
    example: [
      "rows = influxdb3_local.query(",
      '    "SELECT avg(temp) AS mean FROM home WHERE room = $room", {"room": "Kitchen"}',
      ")",
    ].join("\n"),
  },
  {
    kind: "method",
    name: "write",
    parameters: [LINE],
    returns: "None",
    doc: "Queues a line for the trigger's database. It is written when the plugin has returned, and forgotten when it raises.",
    example:
      'influxdb3_local.write(LineBuilder("alerts").tag("room", "Kitchen").float64_field("temp", 35.2))',
  },
  {
    kind: "method",
    name: "write_to_db",
    parameters: [DATABASE, LINE],
    returns: "None",
    doc: "Queues a line for another database, which is made if it does not exist.",
  },
  {
    kind: "method",
    name: "write_sync",
    parameters: [LINE, NO_SYNC],
    returns: "None",
    doc: "Writes a line to the trigger's database now.",
    raises: ["`Exception` when the line is refused."],
    example: "influxdb3_local.write_sync(line, no_sync=True)",
  },
  {
    kind: "method",
    name: "write_sync_to_db",
    parameters: [DATABASE, LINE, NO_SYNC],
    returns: "None",
    doc: "Writes a line to another database now.",
    raises: ["`Exception` when the line is refused."],
  },
];
