import {
  decodeQuery,
  type Precision,
  v1DatabaseName,
  v1WriteQuery,
  v2WriteQuery,
  writeLpQuery,
} from "@millrace/api";
import { Precision as PrecisionCode } from "@millrace/line-protocol";
import { ServerError } from "../foundation/index.ts";

/** Where a write goes and how it is meant, whichever of the three routes it came by. */
export interface WriteTarget {
  database: string;
  /** Code of the line-protocol package. */
  precision: number;
  acceptPartial: boolean;
  noSync: boolean;
}

/** `POST /api/v3/write_lp`: docs/reference/http-api.md, "Writes". */
export function parseV3Target(queryText: string | undefined): WriteTarget {
  if (queryText === undefined) throw new ServerError("write_database_missing");
  const decoded = decodeQuery(writeLpQuery, new URLSearchParams(queryText));
  if (!decoded.ok) throw new ServerError("query_string_invalid", { detail: decoded.detail });
  const { db, precision, accept_partial: acceptPartial, no_sync: noSync } = decoded.value;
  return { database: db, precision: precisionCode(precision as Precision), acceptPartial, noSync };
}

/** `POST /api/v2/write`: all or nothing, always synced. */
export function parseV2Target(queryText: string | undefined): WriteTarget {
  if (queryText === undefined) throw new ServerError("v2_destination_missing");
  const decoded = decodeQuery(v2WriteQuery, new URLSearchParams(queryText));
  if (!decoded.ok) throw new ServerError("v2_parameters_invalid", { detail: decoded.detail });
  if (decoded.value.bucket === "") throw new ServerError("v2_bucket_missing");
  return allOrNothing(decoded.value.bucket, decoded.value.precision);
}

/** `POST /write`, the route of InfluxDB 1.x clients. */
export function parseV1Target(queryText: string | undefined): WriteTarget {
  if (queryText === undefined) throw new ServerError("v1_destination_missing");
  const decoded = decodeQuery(v1WriteQuery, new URLSearchParams(queryText));
  if (!decoded.ok) throw new ServerError("v1_parameters_invalid", { detail: decoded.detail });
  const database = v1DatabaseName(decoded.value.db, decoded.value.rp);
  checkV1Name(database);
  return allOrNothing(database, decoded.value.precision);
}

const MAX_V1_NAME_BYTES = 511;

/** This route words what is wrong with a name in its own way; the rules are those of all names. */
function checkV1Name(name: string): void {
  const sizeBytes = Buffer.byteLength(name);
  if (sizeBytes === 0 || sizeBytes > MAX_V1_NAME_BYTES)
    throw new ServerError("v1_name_length", { name, limit: MAX_V1_NAME_BYTES });
  const position = [...name].findIndex((character) => !/^[A-Za-z0-9_/-]$/.test(character));
  if (position >= 0) throw new ServerError("v1_name_character", { name, position });
}

function allOrNothing(database: string, precision: string): WriteTarget {
  return { database, precision: precisionCode(precision), acceptPartial: false, noSync: false };
}

function precisionCode(name: string): number {
  return PrecisionCode[name as keyof typeof PrecisionCode];
}
