import { CACHE_METHODS } from "./cache-methods.ts";
import { LINE_BUILDER_METHODS } from "./line-builder-methods.ts";
import { LOCAL_METHODS } from "./local-methods.ts";
import type { ApiClass } from "./model.ts";

export const INFLUXDB3_LOCAL: ApiClass = {
  name: "InfluxDB3Local",
  usedAs: "influxdb3_local",
  doc: "What a plugin can ask of the server. It is the first argument of every entry point; pass it on to your own functions.",
  constructedWith: undefined,
  members: [
    ...LOCAL_METHODS,
    {
      kind: "property",
      name: "cache",
      type: "Cache",
      doc: "Values that outlive the run: in memory, of this trigger or shared by all. Gone when the trigger or the server stops.",
    },
  ],
};

export const CACHE: ApiClass = {
  name: "Cache",
  usedAs: "influxdb3_local.cache",
  doc: "Keeps Python objects in memory between runs. What one trigger stores, another does not see, unless `use_global=True`.",
  constructedWith: undefined,
  members: CACHE_METHODS,
};

export const LINE_BUILDER: ApiClass = {
  name: "LineBuilder",
  usedAs: "LineBuilder",
  doc: "Builds one line of line protocol. Every setter returns the builder, so calls can be chained. At least one field is needed.",
  constructedWith: [{ name: "measurement", type: "str", doc: "The table to write to; no spaces." }],
  members: [
    ...LINE_BUILDER_METHODS,
    { kind: "property", name: "measurement", type: "str", doc: "The table to write to." },
    { kind: "property", name: "tags", type: "OrderedDict[str, str]", doc: "The tags so far." },
    {
      kind: "property",
      name: "fields",
      type: "OrderedDict[str, str]",
      doc: "The fields so far, as they stand in the line.",
    },
  ],
};
