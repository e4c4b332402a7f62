export { startQueryWorker } from "./worker.ts";
