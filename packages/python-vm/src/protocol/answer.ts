import type { MessagePort, TransferListItem } from "node:worker_threads";
import type { ControlWords } from "./control-words.ts";
import type { ReplyMessage } from "./messages.ts";

/** Answers one synchronous call: the reply is posted first, then the sleeping interpreter is woken. */
export function answer<Reply>(
  port: MessagePort,
  control: ControlWords,
  id: number,
  reply: Reply,
  transfer: readonly TransferListItem[] = [],
): void {
  const message: ReplyMessage<Reply> = { id, reply };
  port.postMessage(message, transfer);
  control.wake();
}
