import { workerData } from "node:worker_threads";
import { runInBackground } from "../foundation/index.ts";
import type { WorkerSetup } from "./protocol/index.ts";
import { startQueryWorker } from "./worker/index.ts";

runInBackground();
await startQueryWorker(workerData as WorkerSetup);
