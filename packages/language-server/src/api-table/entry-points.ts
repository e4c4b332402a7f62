import { ENTRY_POINTS, type MetadataKind } from "@millrace/api";
import type { ApiParameter } from "./model.ts";

export interface EntryPointSignature {
  readonly name: string;
  readonly kind: MetadataKind;
  /** The engine passes all of them by position: names are free. */
  readonly parameters: readonly ApiParameter[];
  /** Undefined: what is returned is ignored. */
  readonly returns: string | undefined;
  readonly doc: string;
}

const LOCAL: ApiParameter = { name: "influxdb3_local", type: "InfluxDB3Local", doc: "The plugin API." };
const ARGS: ApiParameter = {
  name: "args",
  type: "Args",
  default: "None",
  doc: "The trigger's arguments, all strings; `None` if it has none.",
};

export const ENTRY_POINT_SIGNATURES: readonly EntryPointSignature[] = [
  {
    name: ENTRY_POINTS.onwrite,
    kind: "onwrite",
    parameters: [
      LOCAL,
      {
        name: "table_batches",
        type: "TableBatches",
        doc: 'What was written, by table: `batch["table_name"]` and `batch["rows"]`, a list of dicts. A row has only the columns that were written, and `time`.',
      },
      ARGS,
    ],
    returns: undefined,
    doc: "Called with what was written, for triggers `table:NAME` and `all_tables`.",
  },
  {
    name: ENTRY_POINTS.scheduled,
    kind: "scheduled",
    parameters: [
      LOCAL,
      { name: "call_time", type: "datetime", doc: "When the run was due, in UTC and without a time zone." },
      ARGS,
    ],
    returns: undefined,
    doc: "Called on schedule, for triggers `every:DURATION` and `cron:EXPRESSION`.",
  },
  {
    name: ENTRY_POINTS.http,
    kind: "http",
    parameters: [
      LOCAL,
      { name: "query_parameters", type: "dict[str, str]", doc: "What follows `?` in the URL." },
      {
        name: "request_headers",
        type: "dict[str, str]",
        doc: "Names are lower case; `authorization` is left out.",
      },
      { name: "request_body", type: "bytes", doc: "Empty for GET." },
      ARGS,
    ],
    returns: "HttpResponse",
    doc: "Called for requests to `/api/v3/engine/PATH`, for triggers `request:PATH`. Return text, a dict or list (JSON), or a tuple of one of these with a status and headers.",
  },
];

export function signatureOf(kind: MetadataKind): EntryPointSignature {
  return ENTRY_POINT_SIGNATURES.find((signature) => signature.kind === kind)!;
}
