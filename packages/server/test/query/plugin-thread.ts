import { type MessagePort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { QueryReply, QueryRequest } from "@millrace/plugin-runtime";
import { ControlWords, type ReplyMessage } from "@millrace/python-vm";

interface Setup {
  port: MessagePort;
  control: SharedArrayBuffer;
  results: MessagePort;
  requests: readonly QueryRequest[];
}

/** Asks as an interpreter does: posts a question and sleeps until the answer is there. */
const { port, control, results, requests } = workerData as Setup;
const words = new ControlWords(control);

requests.forEach((request, i) => {
  port.postMessage({ id: i + 1, request });
  results.postMessage(waitForReply(i + 1));
});
port.close();

function waitForReply(id: number): QueryReply {
  for (;;) {
    const seen = words.wakeCount;
    const received = receiveMessageOnPort(port);
    if (received !== undefined) {
      const message = received.message as ReplyMessage<QueryReply>;
      if (message.id === id) return message.reply;
    } else {
      words.sleep(seen, 10_000);
    }
  }
}
