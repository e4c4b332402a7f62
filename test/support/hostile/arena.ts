import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { temporaryDirectory } from "../directories.ts";
import { query, type Session, send, sendJson } from "../http.ts";
import { metric, scrape } from "../metrics.ts";
import { startServer, type TestServer } from "../server.ts";
import { waitFor } from "../wait.ts";
import { type Attack, source, type Way } from "./attack.ts";

const DATABASE = "arena";
const GOOD_BODY = 'local.info("well")';
const GOOD = source(GOOD_BODY);
const TRIGGER_ROUTE = "/api/v3/configure/processing_engine_trigger";
const TRIGGERS = { writes: "table:", schedule: "every:200ms", request: "request:" } as const;
const LOOK_EVERY_MS = 60;
/** Squared it is more than a result may be. */
const GRID_ROWS = 5000;

/** How an attack went. */
export interface Fought {
  /** As in `millrace.plugin_runs`; of a test `ok` or `error`. */
  readonly outcome: string;
  readonly error: string;
  /** From the end of the hostile run until a good plugin had run in its place. */
  readonly recoveryMs: number;
}

interface Run {
  readonly outcome: string;
  readonly error: string | null;
  readonly started_at: string;
  readonly waited_ms: number;
  readonly duration_ms: number;
}

/** A real server with a trigger of each type for each of the lanes in which attacks go on side by side. */
export class Arena {
  readonly database = DATABASE;
  readonly server: TestServer;
  readonly session: Session;
  readonly #pluginDir: string;

  private constructor(server: TestServer, pluginDir: string) {
    this.server = server;
    this.session = { url: server.url };
    this.#pluginDir = pluginDir;
  }

  static async open(
    lanes: number,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<Arena> {
    const home = temporaryDirectory("arena");
    const pluginDir = path.join(home, "plugins");
    mkdirSync(pluginDir);
    const server = await startServer({
      dataDir: path.join(home, "data"),
      pluginDir,
      withoutAuth: true,
      args: ["--wal-flush-interval", "20ms", ...args],
      env,
    });
    const arena = new Arena(server, pluginDir);
    const grid = Array.from({ length: GRID_ROWS }, (_, n) => `grid v=${n}i ${n + 1}`).join("\n");
    await arena.write(grid);
    for (let lane = 0; lane < lanes; lane++) await arena.#createTriggers(lane);
    return arena;
  }

  /** Makes one attack in a lane, and waits until its way is open again for others. */
  fight(attack: Attack, way: Way, lane: number): Promise<Fought> {
    return way === "writes" || way === "schedule" || way === "request"
      ? this.#attackTrigger(attack, way, lane)
      : this.#attackTest(attack, way, lane);
  }

  async addTrigger(name: string, specification: string, body: string): Promise<void> {
    this.#save(name, source(body));
    const created = await sendJson(this.session, "POST", TRIGGER_ROUTE, {
      db: DATABASE,
      plugin_filename: `${name}.py`,
      trigger_name: name,
      trigger_specification: specification,
      trigger_settings: { run_async: false, error_behavior: "log" },
      disabled: false,
    });
    if (created.status !== 200) throw new Error(created.text);
  }

  async removeTrigger(name: string): Promise<void> {
    const parameters = `?db=${DATABASE}&trigger_name=${name}&force=true`;
    const removed = await send(this.session, "DELETE", TRIGGER_ROUTE + parameters);
    if (removed.status !== 200) throw new Error(removed.text);
  }

  async write(lines: string): Promise<void> {
    const answer = await send(this.session, "POST", `/api/v3/write_lp?db=${DATABASE}`, lines);
    if (answer.status !== 204) throw new Error(`write: ${answer.status} ${answer.text}`);
  }

  async residentMb(): Promise<number> {
    return metric(await scrape(this.session), "process_resident_memory_bytes") / 2 ** 20;
  }

  /** How late the server's main thread was at most since the call before. */
  async stallMs(): Promise<number> {
    return metric(await scrape(this.session), "millrace_event_loop_delay_seconds", { quantile: "1" }) * 1000;
  }

  /** Interpreters of triggers, when nobody is at work. */
  interpreters(): Promise<number> {
    return waitFor("interpreters to come to rest", async () => {
      const now = await scrape(this.session);
      const atWork =
        metric(now, "millrace_interpreters_busy") +
        metric(now, "millrace_interpreters_starting") +
        metric(now, "millrace_plugin_runs_waiting");
      // Schedules go on.
      return atWork <= 1 && metric(now, "millrace_interpreters", { pool: "triggers" });
    });
  }

  async #createTriggers(lane: number): Promise<void> {
    for (const [way, specification] of Object.entries(TRIGGERS)) {
      const name = `${way}${lane}`;
      await this.addTrigger(name, specification + (specification.endsWith(":") ? name : ""), GOOD_BODY);
      await this.#runWell(way as keyof typeof TRIGGERS, name);
    }
  }

  async #attackTrigger(attack: Attack, way: keyof typeof TRIGGERS, lane: number): Promise<Fought> {
    const trigger = `${way}${lane}`;
    this.#save(trigger, source(attack.body));
    const since = new Date().toISOString();
    if (way === "writes") await this.write(`${trigger} v=1`);
    const answered =
      way === "request" ? send(this.session, "GET", `/api/v3/engine/${trigger}`) : Promise.resolve(undefined);
    const hostile = await waitFor("the hostile run to end", async () => {
      // Asking is work, too, and the plugin needs the processor.
      await delay(LOOK_EVERY_MS);
      return (await this.#runs(trigger, since))[0];
    });
    const answer = await answered;
    if (answer !== undefined && hostile.outcome !== "ok" && answer.status !== 500) {
      throw new Error(`the run ended as ${hostile.outcome}, the answer is ${answer.status} ${answer.text}`);
    }
    this.#save(trigger, GOOD);
    const savedMs = Date.now();
    await this.#runWell(way, trigger);
    const now = Date.now();
    // A schedule may have read the hostile text once more, and waited with it for its interpreter.
    const ends = (await this.#runs(trigger, since))
      .filter((run) => Date.parse(run.started_at) - run.waited_ms <= savedMs)
      .map((run) => Date.parse(run.started_at) + run.duration_ms);
    const { outcome, error } = hostile;
    return { outcome, error: error ?? "", recoveryMs: now - Math.max(...ends) };
  }

  async #attackTest(attack: Attack, way: Way, lane: number): Promise<Fought> {
    const errors = await this.#test(way, source(attack.body), lane);
    const endedAt = Date.now();
    await waitFor("a good test", async () => (await this.#test(way, GOOD, lane)).length === 0);
    return {
      outcome: errors.length === 0 ? "ok" : "error",
      error: errors.join("\n"),
      recoveryMs: Date.now() - endedAt,
    };
  }

  async #test(way: Way, text: string, lane: number): Promise<string[]> {
    const kind = way.slice("test-".length);
    const route =
      kind === "request"
        ? "/api/millrace/v1/plugin_test/request"
        : `/api/v3/plugin_test/${kind === "writes" ? "wal" : kind}`;
    const body = { filename: `writes${lane}.py`, database: DATABASE, input_lp: "m v=1", source: text };
    const answer = await sendJson(this.session, "POST", route, body);
    if (answer.status !== 200) throw new Error(`${way}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text).errors as string[];
  }

  /** Runs a trigger by hand until it runs well. */
  async #runWell(way: keyof typeof TRIGGERS, trigger: string): Promise<void> {
    const body = {
      db: DATABASE,
      trigger_name: trigger,
      ...(way === "writes" ? { input_lp: `${trigger} v=1` } : {}),
    };
    await waitFor(`trigger ${trigger} to work`, async () => {
      const answer = await sendJson(this.session, "POST", "/api/millrace/v1/triggers/run", body);
      return answer.status === 200 && JSON.parse(answer.text).outcome === "ok";
    });
  }

  #runs(trigger: string, since: string): Promise<Run[]> {
    return query<Run>(
      this.session,
      DATABASE,
      `SELECT outcome, error, started_at, waited_ms, duration_ms FROM millrace.plugin_runs WHERE trigger_name = '${trigger}'
       AND started_at >= '${since}' AND outcome <> 'running' ORDER BY started_at`,
    );
  }

  /** In one step: a trigger never reads half a plugin. */
  #save(name: string, text: string): void {
    const file = path.join(this.#pluginDir, `${name}.py`);
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }
}
