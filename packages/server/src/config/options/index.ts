import type { OptionSpec } from "../option-spec.ts";
import { engineOptions } from "./engine.ts";
import { httpOptions } from "./http.ts";
import { identityOptions } from "./identity.ts";
import { loggingOptions, tracingOptions } from "./logging.ts";
import {
  awsOptions,
  azureOptions,
  googleOptions,
  storeConnectionOptions,
  storeOptions,
} from "./object-store.ts";
import { pluginLimitOptions } from "./plugin-limits.ts";
import { datafusionOptions, queryOptions } from "./query.ts";
import { runtimeOptions } from "./runtime.ts";
import { limitOptions, walOptions } from "./storage.ts";

export type { ExemptRoute } from "./http.ts";

/** Every option of `serve`, in the order of its help and of docs/reference/configuration.md. */
export const serveOptions: OptionSpec[] = [
  ...identityOptions,
  ...storeOptions,
  ...httpOptions,
  ...engineOptions,
  ...pluginLimitOptions,
  ...walOptions,
  ...limitOptions,
  ...queryOptions,
  ...loggingOptions,
  ...awsOptions,
  ...googleOptions,
  ...azureOptions,
  ...storeConnectionOptions,
  ...tracingOptions,
  ...datafusionOptions,
  ...runtimeOptions,
];
