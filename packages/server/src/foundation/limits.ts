/** How many things may exist; what each one counts is docs/reference/configuration.md, "Limits". */
export interface Limits {
  /** Databases, without `_internal` and deleted ones. */
  readonly maxDatabases: number;
  /** Tables of all databases together, without deleted ones. */
  readonly maxTables: number;
  /** Tag and field columns of one table. */
  readonly maxColumns: number;
  readonly maxTagColumns: number;
}

export const unlimited: Limits = {
  maxDatabases: Number.POSITIVE_INFINITY,
  maxTables: Number.POSITIVE_INFINITY,
  maxColumns: Number.POSITIVE_INFINITY,
  maxTagColumns: Number.POSITIVE_INFINITY,
};

/** The limits of InfluxDB 3 Core. */
export const coreLimits: Limits = {
  maxDatabases: 5,
  maxTables: 2000,
  maxColumns: 500,
  maxTagColumns: 4096,
};
