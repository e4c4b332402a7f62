import type { CatalogueSection } from "./entry.ts";

/** The three write routes and the write path behind them. */
export const writeErrors = {
  write_database_missing: {
    status: 400,
    style: "text",
    text: "missing query parameter 'db'",
    hint: "Add `?db=NAME`.",
  },
  write_empty: {
    status: 400,
    style: "text",
    text: "incoming write was empty",
    hint: "Send at least one line; comments and blank lines do not count.",
  },
  partial_write: {
    status: 400,
    style: "json",
    text: "partial write of line protocol occurred",
    hint: "The other lines were stored. `data` names each rejected line and its reason.",
  },
  partial_write_limit: {
    status: 422,
    style: "json",
    text: "partial write of line protocol occurred",
    hint: "The other lines were stored. `data` names the limit that a line would exceed.",
  },
  line_protocol_error: {
    status: 400,
    style: "json",
    text: "line protocol parsing error",
    hint: "Nothing was stored. `data` names the first bad line and its reason.",
  },
  write_overloaded: {
    status: 503,
    style: "text",
    text: "the server is busy and cannot buffer more writes: {detail}",
    hint: "Send the request again after the time in `Retry-After`. The detail names the option that sets the bound.",
  },
  wal_write_failed: {
    status: 500,
    style: "text",
    text: "error writing wal file: {detail}",
    hint: "The write was not stored. Check the disk of the data directory, then send it again.",
  },
  wal_second_owner: {
    status: 500,
    style: "text",
    text: "another server took over the write-ahead log, as {file} shows: two servers use the same data and node id",
    hint: "Two servers use the same node id on the same store. Stop one, or give it another `--node-id`.",
  },
  wal_closed: {
    status: 500,
    style: "text",
    text: "wal is shutdown and not accepting writes",
    hint: "The server is stopping. Send the write again when it is back.",
  },
  v1_destination_missing: {
    status: 400,
    style: "json",
    text: "no db destination provided",
    hint: "Add `?db=NAME`.",
  },
  v1_parameters_invalid: {
    status: 400,
    style: "json",
    text: "failed to deserialize db/rp/precision in request: {detail}",
    hint: "Correct the parameter that the detail names.",
  },
  v1_name_length: {
    status: 400,
    style: "json",
    text: "namespace name {name} length must be between 1 and {limit} characters",
    hint: "Shorten the database or retention policy name.",
  },
  v1_name_character: {
    status: 400,
    style: "json",
    text: "namespace name '{name}' contains invalid character, character number {position} is not allowed",
    hint: "Use only ASCII letters, digits, `_` and `-`.",
  },
  v2_destination_missing: {
    status: 400,
    style: "json",
    text: "no org/bucket destination provided",
    hint: "Add `?bucket=DATABASE`.",
  },
  v2_bucket_missing: {
    status: 400,
    style: "json",
    text: "missing bucket value",
    hint: "Give `bucket` the name of a database.",
  },
  v2_parameters_invalid: {
    status: 400,
    style: "json",
    text: "failed to deserialize org/bucket/precision in request: {detail}",
    hint: "Correct the parameter that the detail names.",
  },
} as const satisfies CatalogueSection;
