import type { PluginCode, PluginInput } from "@millrace/plugin-runtime";
import type { TriggerName } from "../logs/index.ts";
import type { RunOrigin } from "../loops/index.ts";

/** One call of a plugin's function on behalf of a trigger. */
export interface PluginCall {
  readonly trigger: TriggerName;
  readonly cacheNamespace: string;
  readonly plugin: PluginCode;
  readonly args: Readonly<Record<string, string>> | null;
  readonly origin: RunOrigin;
  readonly input: PluginInput;
  /** The run that asked the server for this one and waits for it. */
  readonly caller?: string | undefined;
  /** Rows of the input. */
  readonly rows: number;
  /** 1, and more where the same input is tried again. */
  readonly attempt: number;
}
