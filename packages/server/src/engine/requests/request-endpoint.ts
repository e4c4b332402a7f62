import { ServerError } from "../../foundation/index.ts";
import type { PluginResponse, RequestRun, RunError } from "../interpreters/index.ts";
import { type EndedRun, failureTexts, type TriggerExecution } from "../invocation/index.ts";
import { InFlight } from "../timing/index.ts";

/** One request trigger: calls its plugin and turns the outcome into an answer. */
export class RequestEndpoint {
  readonly path: string;
  readonly trigger: string;
  readonly #execution: TriggerExecution;
  readonly #running = new InFlight(Number.POSITIVE_INFINITY);

  constructor(path: string, trigger: string, execution: TriggerExecution) {
    this.path = path;
    this.trigger = trigger;
    this.#execution = execution;
  }

  async answer(request: RequestRun["request"]): Promise<PluginResponse> {
    const answering = this.#answer(request);
    this.#running.add(
      answering.then(
        () => {},
        () => {},
      ),
    );
    return await answering;
  }

  async idle(): Promise<void> {
    await this.#running.allDone();
  }

  async #answer(request: RequestRun["request"]): Promise<PluginResponse> {
    const { outcome, record } = await this.#run(request);
    const { error, response } = outcome;
    const unusable = response !== undefined && (response.status < 100 || response.status > 999);
    if (unusable || (error !== undefined && this.#execution.stopped))
      throw new ServerError("request_handler_down");
    if (response !== undefined) return response;
    const text = error === undefined ? "Unsupported return type from Python function" : errorText(error);
    for (const row of failureTexts("request", false, text)) record.log("ERROR", row);
    throw new ServerError("request_plugin_failed", { detail: text });
  }

  async #run(request: RequestRun["request"]): Promise<EndedRun> {
    try {
      return await this.#execution.answer(request);
    } catch (error) {
      if (this.#execution.stopped) throw new ServerError("request_handler_down");
      if (error instanceof ServerError) throw error;
      throw new ServerError("processing_engine_error", {
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

/** What went wrong inside the plugin's function is told apart from a plugin that could not be loaded. */
function errorText(error: RunError): string {
  return error.kind === "exception" && error.phase === "call"
    ? `Python function call failed: ${error.text}`
    : error.text;
}
