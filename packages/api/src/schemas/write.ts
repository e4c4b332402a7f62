import { z } from "zod";
import { LEGACY_PRECISION_SPELLINGS, PRECISION_SPELLINGS } from "../grammar/index.ts";
import { queryBoolean, spelling } from "./common.ts";

/** `POST /api/v3/write_lp` */
export const writeLpQuery = z.object({
  db: z.string(),
  precision: spelling(PRECISION_SPELLINGS).default("auto"),
  accept_partial: queryBoolean.default(true),
  no_sync: queryBoolean.default(false),
});
export type WriteLpQuery = z.output<typeof writeLpQuery>;

const legacyPrecision = spelling(LEGACY_PRECISION_SPELLINGS).default("nanosecond");

/** `POST /api/v2/write` */
export const v2WriteQuery = z.object({
  bucket: z.string(),
  org: z.string().optional(),
  orgID: z.string().optional(),
  precision: legacyPrecision,
});
export type V2WriteQuery = z.output<typeof v2WriteQuery>;

/** `POST /write` */
export const v1WriteQuery = z.object({
  db: z.string(),
  rp: z.string().optional(),
  precision: legacyPrecision,
  p: z.string().optional(),
  u: z.string().optional(),
  consistency: z.string().optional(),
});
export type V1WriteQuery = z.output<typeof v1WriteQuery>;

/** The database that a v1 write means: a retention policy other than the default one is part of its name. */
export function v1DatabaseName(db: string, retentionPolicy: string | undefined): string {
  const policy = (retentionPolicy ?? "").toLowerCase();
  return ["", "''", "autogen", "default"].includes(policy) ? db : `${db}/${policy}`;
}

/** One refused line; the key order is part of the contract. */
export const lineError = z.object({
  error_message: z.string(),
  line_number: z.number(),
  original_line: z.string(),
});
export type LineError = z.output<typeof lineError>;

/** `data` is an array for a partial write and one object when the whole request was refused. */
export const v3ErrorBody = z.object({
  error: z.string(),
  data: z.union([z.array(lineError), lineError]).optional(),
});
export type V3ErrorBody = z.output<typeof v3ErrorBody>;

export const v2ErrorBody = z.object({
  code: z.enum([
    "invalid",
    "unauthorized",
    "forbidden",
    "not found",
    "request too large",
    "internal error",
    "unavailable",
  ]),
  message: z.string(),
});
export type V2ErrorBody = z.output<typeof v2ErrorBody>;
