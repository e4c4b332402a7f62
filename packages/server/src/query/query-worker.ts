import { workerData } from "node:worker_threads";
import type { WorkerSetup } from "./protocol/index.ts";
import { startQueryWorker } from "./worker/index.ts";

await startQueryWorker(workerData as WorkerSetup);
