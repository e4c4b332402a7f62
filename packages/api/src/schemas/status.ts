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

/** What a server can do beyond the original; tools ask before they use it. */
export const FEATURES = ["plugin_test.source", "plugin_test.events", "cron.five_fields"] as const;

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
