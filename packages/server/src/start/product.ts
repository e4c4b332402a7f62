import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Product } from "../http/index.ts";

const { version, gitHead } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { version: string; gitHead?: string };

/** What the server says of itself. Clients know the product by the original's name and version. */
export const product: Product = {
  name: "InfluxDB 3 Core",
  influxdbVersion: "3.10.0",
  version,
  revision: gitHead ?? "0".repeat(40),
};

/** Differs with every start. */
export const processId: string = randomUUID();
