import type { ApiMethod, ApiParameter } from "./model.ts";

const KEY: ApiParameter = { name: "key", type: "str", doc: "The name of the value." };
const USE_GLOBAL: ApiParameter = {
  name: "use_global",
  type: "bool | None",
  default: "None",
  doc: "`True` means the cache that all triggers of the server share.",
};

export const CACHE_METHODS: readonly ApiMethod[] = [
  {
    kind: "method",
    name: "put",
    parameters: [
      KEY,
      { name: "value", type: "object", doc: "Any Python object. The global cache takes picklable ones." },
      {
        name: "ttl",
        type: "float | None",
        default: "None",
        doc: "How many seconds the value is kept; without it until the trigger stops.",
      },
      USE_GLOBAL,
    ],
    returns: "None",
    doc: "Stores a value.",
    raises: ["`ValueError` when `ttl` is negative."],
    example: 'influxdb3_local.cache.put("last_seen", call_time, ttl=3600)',
  },
  {
    kind: "method",
    name: "get",
    parameters: [
      KEY,
      { name: "default", type: "object", default: "None", doc: "What is returned when nothing is stored." },
      USE_GLOBAL,
    ],
    returns: "Any",
    doc: "The stored value, or the default.",
  },
  {
    kind: "method",
    name: "delete",
    parameters: [KEY, USE_GLOBAL],
    returns: "bool",
    doc: "Removes a value. `True` if there was one.",
  },
];
