import { type Clock, type Logger, ServerError } from "../../foundation/index.ts";
import type { PluginResponse, RequestRun } from "../interpreters/index.ts";
import type { Caller } from "../invocation/index.ts";
import { AnnouncedPath } from "./announced-path.ts";
import type { RequestEndpoint } from "./request-endpoint.ts";

export interface RoutesOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** How long a request may wait for a trigger that is about to serve its path. */
  readonly queueTimeoutMs: number;
}

/**
 * Which trigger answers which path. One namespace for all databases: the trigger started last owns a path, and the
 * path is gone when a trigger that claims it stops. docs/reference/triggers.md, "Request plugins".
 */
export class RequestRoutes {
  readonly #options: RoutesOptions;
  readonly #owners = new Map<string, RequestEndpoint>();
  readonly #announced = new Set<AnnouncedPath>();

  constructor(options: RoutesOptions) {
    this.#options = options;
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

  /**
   * Requests for the path wait from now on, until what is returned is called. `isAskedBy` tells the runs that must not
   * wait, because they are waited for.
   */
  announce(path: string, isAskedBy: (run: string | undefined) => boolean): () => void {
    const announced = new AnnouncedPath(path, this.#options.clock, isAskedBy);
    this.#announced.add(announced);
    return () => {
      this.#announced.delete(announced);
      announced.settle();
    };
  }

  /** Undefined when no trigger serves the path, which must match to the letter. */
  async handle(
    path: string,
    request: RequestRun["request"],
    caller: Caller,
  ): Promise<PluginResponse | undefined> {
    const { clock, queueTimeoutMs } = this.#options;
    const giveUpAtMs = clock.monotonicMs() + queueTimeoutMs;
    for (;;) {
      const owner = this.#owners.get(path);
      const answer = await owner?.answer(request, caller);
      if (answer !== undefined) return answer;
      const next = [...this.#announced].find((announced) => announced.path === path);
      if (next !== undefined) await next.settled(Math.max(0, giveUpAtMs - clock.monotonicMs()), caller);
      else if (owner === undefined) return undefined;
      else throw new ServerError("request_handler_down");
    }
  }

  #warn(endpoint: RequestEndpoint, other: RequestEndpoint, what: string): void {
    this.#options.logger.warn(`request trigger ${what}`, {
      path: endpoint.path,
      trigger: endpoint.trigger,
      other: other.trigger,
    });
  }
}
