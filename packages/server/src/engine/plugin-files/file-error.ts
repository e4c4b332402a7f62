import { ServerError } from "../../foundation/index.ts";

/**
 * What is wrong with a plugin's name or files. Runs and uploads tell it in different words around the same text:
 * docs/reference/triggers.md, "Plugin files".
 */
export class PluginFileError extends Error {
  override name = "PluginFileError";
}

export const NO_DIRECTORY = "No plugin directory configured";

/** For whoever wants to run the plugin. */
export async function toRun<T>(task: () => Promise<T>): Promise<T> {
  return await told(task, (detail) => new ServerError("plugin_error", { detail }));
}

/** For whoever changes plugin files. */
export async function toChange<T>(task: () => Promise<T>): Promise<T> {
  return await told(
    task,
    (detail) => new ServerError("processing_engine_error", { detail: `plugin error: ${detail}` }),
  );
}

async function told<T>(task: () => Promise<T>, tell: (detail: string) => ServerError): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw error instanceof PluginFileError ? tell(error.message) : error;
  }
}
