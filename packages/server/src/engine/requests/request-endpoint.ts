import { ServerError } from "../../foundation/index.ts";
import type { PluginResponse, RequestRun } from "../interpreters/index.ts";
import {
  type Caller,
  type EndedRun,
  failureTexts,
  requestFailureText,
  type TriggerExecution,
} from "../invocation/index.ts";
import { InFlight } from "../timing/index.ts";

const UNSUPPORTED = "Unsupported return type from Python function";

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

  /**
   * A request whose client is gone leaves the queue with the reason of that; a run that has begun goes on. Undefined when
   * the trigger stopped before a run began: whoever serves the path next may have the request.
   */
  async answer(request: RequestRun["request"], caller: Caller): Promise<PluginResponse | undefined> {
    const answering = this.#answer(request, caller);
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

  async #answer(request: RequestRun["request"], caller: Caller): Promise<PluginResponse | undefined> {
    const ended = await this.#run(request, caller);
    if (ended === undefined) return undefined;
    const { outcome, record } = ended;
    const { error, response } = outcome;
    const unusable = response !== undefined && (response.status < 100 || response.status > 999);
    if (unusable || (error !== undefined && this.#execution.stopped))
      throw new ServerError("request_handler_down");
    if (response !== undefined) return response;
    const text = error === undefined ? UNSUPPORTED : requestFailureText(error);
    for (const row of failureTexts("request", false, text)) record.log("ERROR", row);
    throw new ServerError("request_plugin_failed", { detail: text });
  }

  async #run(request: RequestRun["request"], caller: Caller): Promise<EndedRun | undefined> {
    try {
      return await this.#execution.once({ kind: "request", request }, caller);
    } catch (error) {
      if (caller.gone?.aborted === true) throw error;
      if (this.#execution.stopped) return undefined;
      if (error instanceof ServerError) throw error;
      throw new ServerError("processing_engine_error", {
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
