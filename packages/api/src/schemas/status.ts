import { z } from "zod";

/** `GET` and `POST /ping` */
export const pingResponse = z.object({
  product_name: z.string(),
  version: z.string(),
  revision: z.string(),
  process_id: z.string(),
});
export type PingResponse = z.output<typeof pingResponse>;

/** Response headers of `/ping`. The last one says that the server is Millrace. */
export const PING_HEADERS = {
  version: "X-Influxdb-Version",
  build: "X-Influxdb-Build",
  millraceVersion: "X-Millrace-Version",
} as const;

/**
 * What a server can do beyond the original; tools ask before they use it.
 * What the names promise is stated in docs/reference/http-api.md, "Capabilities".
 */
export const FEATURES = [
  "cron.five_fields",
  "packages.list",
  "plugin_test.events",
  "plugin_test.files",
  "plugin_test.network",
  "plugin_test.now",
  "plugin_test.request",
  "plugin_test.source",
  "plugins.read",
  "tables.millrace",
  "triggers.run",
  "triggers.update",
] as const;

/** `GET /api/millrace/v1/capabilities` */
export const capabilitiesResponse = z.object({
  product: z.literal("millrace"),
  version: z.string(),
  /** The InfluxDB release whose behaviour is followed. */
  influxdbVersion: z.string(),
  features: z.array(z.string()),
  /** The Python that plugins run on; null when the server has no plugin directory. */
  pythonVersion: z.string().nullable(),
});
export type CapabilitiesResponse = z.output<typeof capabilitiesResponse>;
