export { answer } from "./answer.ts";
export { ControlWords } from "./control-words.ts";
export type {
  CallMessage,
  FromWorker,
  PreludeModule,
  ReplyMessage,
  ToWorker,
  WorkerLimits,
  WorkerSetup,
} from "./messages.ts";
