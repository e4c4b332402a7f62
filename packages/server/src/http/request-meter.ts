import type { ServerResponse } from "node:http";
import { ENGINE_PREFIX, routes } from "@millrace/api";
import { type Clock, Distribution, DURATION_BOUNDS_MS, type ErrorCode } from "../foundation/index.ts";

/** How a request ended, as metrics tell it. */
export const requestOutcomes = ["ok", "client_error", "server_error", "aborted"] as const;
export type RequestOutcome = (typeof requestOutcomes)[number];

export interface RequestSeries {
  readonly method: string;
  readonly path: string;
  readonly outcome: RequestOutcome;
  readonly durationMs: Distribution;
  readonly bodyBytes: Distribution;
}

/** What a route says of its answer, for who counts it. */
interface Noted extends ServerResponse {
  [BODY_BYTES]?: number;
  [ERROR_CODE]?: ErrorCode;
}

const BODY_BYTES = Symbol("bytes of the body");
const ERROR_CODE = Symbol("code of the error");

/** A route that sends without a `content-length` tells how much. */
export function noteBody(response: Noted, sizeBytes: number): void {
  response[BODY_BYTES] = (response[BODY_BYTES] ?? 0) + sizeBytes;
}

export function noteError(response: Noted, code: ErrorCode): void {
  response[ERROR_CODE] = code;
}

const BODY_BOUNDS: readonly number[] = [0, 256, 1024, 4096, 16_384, 65_536, 2 ** 20, 2 ** 24, 2 ** 28];
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"]);
const PATHS: ReadonlySet<string> = new Set(Object.values(routes).map(({ path }) => path));
/** What clients make up must not make series. */
const UNKNOWN_PATH = "unknown";
const OTHER_METHOD = "OTHER";

type Outcomes = Partial<Record<RequestOutcome, RequestSeries>>;

/** Counts requests by route and outcome, how long they took and what they sent: docs/reference/metrics.md. */
export class RequestMeter {
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** By method and path as asked for, so that a request on a known route costs one look-up. */
  readonly #known = new Map<string, Outcomes>();
  readonly #folded = new Map<string, Outcomes>();
  readonly #errors = new Map<ErrorCode, number>();
  #underWay = 0;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get errors(): ReadonlyMap<ErrorCode, number> {
    return this.#errors;
  }

  *series(): Iterable<RequestSeries> {
    for (const outcomes of this.#folded.values()) yield* Object.values(outcomes);
  }

  /** `route`: method and path, with a blank between them. */
  begin(route: string, response: ServerResponse): void {
    const beganMs = this.#clock.monotonicMs();
    this.#underWay++;
    response.on("close", () => this.#end(route, response, beganMs));
  }

  #end(route: string, response: Noted, beganMs: number): void {
    this.#underWay--;
    const outcomes = this.#known.get(route) ?? this.#resolve(route);
    const outcome = outcomeOf(response);
    const series = outcomes[outcome] ?? open(outcomes, route, outcome);
    series.durationMs.observe(this.#clock.monotonicMs() - beganMs);
    series.bodyBytes.observe(sizeOf(response));
    const error = response[ERROR_CODE];
    if (error !== undefined) this.#errors.set(error, (this.#errors.get(error) ?? 0) + 1);
  }

  #resolve(route: string): Outcomes {
    const { method, path } = placeOf(route);
    const key = `${method} ${path}`;
    const outcomes = this.#folded.get(key) ?? {};
    this.#folded.set(key, outcomes);
    // Only what is exactly a route is remembered: the rest has no end.
    if (key === route) this.#known.set(key, outcomes);
    return outcomes;
  }
}

function open(outcomes: Outcomes, route: string, outcome: RequestOutcome): RequestSeries {
  const series = {
    ...placeOf(route),
    outcome,
    durationMs: new Distribution(DURATION_BOUNDS_MS),
    bodyBytes: new Distribution(BODY_BOUNDS),
  };
  outcomes[outcome] = series;
  return series;
}

function placeOf(route: string): { method: string; path: string } {
  const blank = route.indexOf(" ");
  const method = route.slice(0, blank);
  return { method: METHODS.has(method) ? method : OTHER_METHOD, path: foldedPath(route.slice(blank + 1)) };
}

function foldedPath(path: string): string {
  if (PATHS.has(path)) return path;
  return path.startsWith(ENGINE_PREFIX) ? ENGINE_PREFIX : UNKNOWN_PATH;
}

function outcomeOf(response: ServerResponse): RequestOutcome {
  if (!response.writableFinished) return "aborted";
  const { statusCode } = response;
  if (statusCode < 400) return "ok";
  return statusCode < 500 ? "client_error" : "server_error";
}

function sizeOf(response: Noted): number {
  if (response.statusCode === 204) return 0;
  return response[BODY_BYTES] ?? Number(response.getHeader("content-length") ?? 0);
}
