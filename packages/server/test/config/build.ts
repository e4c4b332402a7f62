import assert from "node:assert/strict";
import path from "node:path";
import { buildServerConfig, ConfigError, type OptionValue, type ServerConfig } from "@millrace/server/config";

export const machine = {
  hostname: "box",
  homeDirectory: path.resolve("/home/ann"),
  totalMemoryBytes: 1_000_000_000,
  cores: 4,
};
export const build = (
  values: Record<string, OptionValue> = {},
  env: Record<string, string> = {},
): ServerConfig => buildServerConfig(values, env, machine);

export function failure(values: Record<string, OptionValue>, env: Record<string, string> = {}): ConfigError {
  try {
    build(values, env);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `accepted ${JSON.stringify(values)}` });
}
