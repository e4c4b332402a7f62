import type { Logger } from "../../foundation/index.ts";
import type { PluginResponse, RequestRun } from "../interpreters/index.ts";
import type { Caller } from "../invocation/index.ts";
import type { RequestEndpoint } from "./request-endpoint.ts";

/**
 * Which trigger answers which path. One namespace for all databases: the trigger started last owns a path, and the
 * path is gone when a trigger that claims it stops. docs/reference/triggers.md, "Request plugins".
 */
export class RequestRoutes {
  readonly #logger: Logger;
  readonly #owners = new Map<string, RequestEndpoint>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(endpoint: RequestEndpoint): void {
    const former = this.#owners.get(endpoint.path);
    if (former !== undefined)
      this.#warn(endpoint, former, "takes over a path that another trigger also serves");
    this.#owners.set(endpoint.path, endpoint);
  }

  remove(endpoint: RequestEndpoint): void {
    const owner = this.#owners.get(endpoint.path);
    if (owner !== undefined && owner !== endpoint) {
      this.#warn(endpoint, owner, "stops and takes its path with it; disable and enable the other trigger");
    }
    this.#owners.delete(endpoint.path);
  }

  /** Undefined when no trigger serves the path, which must match to the letter. */
  async handle(
    path: string,
    request: RequestRun["request"],
    caller: Caller,
  ): Promise<PluginResponse | undefined> {
    return await this.#owners.get(path)?.answer(request, caller);
  }

  #warn(endpoint: RequestEndpoint, other: RequestEndpoint, what: string): void {
    this.#logger.warn(`request trigger ${what}`, {
      path: endpoint.path,
      trigger: endpoint.trigger,
      other: other.trigger,
    });
  }
}
