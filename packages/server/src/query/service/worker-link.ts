import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { CatalogChange } from "../../catalog/index.ts";
import type { StoreSetup } from "../../object-store/index.ts";
import type { ViewSwitch } from "../../storage/index.ts";
import type { FromWorker, ToWorker, WorkerOptions, WorkerSetup } from "../protocol/index.ts";
import type { SystemTableSource } from "../types.ts";
import { feedState, type StateFeed, type StateSource } from "./state-feed.ts";

export interface WorkerLinkOptions extends StateSource {
  readonly workerUrl: URL;
  readonly store: StoreSetup;
  readonly systemTables: SystemTableSource;
  readonly worker: WorkerOptions;
  /** Memory of WorkerGauges. */
  readonly gauges: SharedArrayBuffer;
  onMessage(message: FromWorker): void;
  onExit(reason: string): void;
}

/** One life of the query worker: the thread, its two ports, and the feed that keeps its mirror up to date. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #requests: MessagePort;
  readonly #statePort: MessagePort;
  readonly #feed: StateFeed;
  readonly exited: Promise<void>;

  constructor(options: WorkerLinkOptions) {
    const requests = new MessageChannel();
    const state = new MessageChannel();
    const setup: WorkerSetup = {
      options: options.worker,
      systemTables: { ordinary: options.systemTables.ordinary, internal: options.systemTables.internal },
      store: options.store,
      gauges: options.gauges,
      state: state.port2,
      requests: requests.port2,
    };
    this.#worker = new Worker(options.workerUrl, {
      workerData: setup,
      transferList: [state.port2, requests.port2],
    });
    this.#requests = requests.port1;
    this.#statePort = state.port1;
    this.#feed = feedState(state.port1, options);
    this.#requests.on("message", (message: FromWorker) => options.onMessage(message));
    let reason = "it ended";
    this.#worker.on("error", (error) => {
      reason = (error as Error).stack ?? String(error);
    });
    this.exited = new Promise((resolve) => {
      this.#worker.on("exit", () => {
        this.#feed.stop();
        this.#statePort.close();
        this.#requests.close();
        options.onExit(reason);
        resolve();
      });
    });
  }

  post(message: ToWorker, transfer: readonly MessagePort[] = []): void {
    this.#requests.postMessage(message, [...transfer]);
  }

  catalogChanged(change: CatalogChange): void {
    this.#feed.onCatalogChange(change);
  }

  viewSwitched(change: ViewSwitch): void {
    this.#feed.onSwitch(change);
  }

  /** The thread no longer keeps the process alive. */
  unref(): void {
    this.#worker.unref();
    this.#requests.unref();
  }
}
