import { readFileSync } from "node:fs";

const NO_REVISION = "0".repeat(40);

/** `influxdb3 Millrace, 0.1.0, revision <40 hex>`: name, product, version and commit, in this order. */
export function versionLine(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version, gitHead } = JSON.parse(text) as { version: string; gitHead?: string };
  return `influxdb3 Millrace, ${version}, revision ${gitHead ?? NO_REVISION}`;
}
