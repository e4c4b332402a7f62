import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { ControlWords } from "@millrace/python-vm";

/** Asks as an interpreter does: posts a question and sleeps until the answer is there. */
const { port, control, results, requests } = workerData;
const words = new ControlWords(control);

requests.forEach((request, i) => {
  port.postMessage({ id: i + 1, request });
  results.postMessage(waitForReply(i + 1));
});
port.close();

function waitForReply(id) {
  for (;;) {
    const seen = words.wakeCount;
    const received = receiveMessageOnPort(port);
    if (received === undefined) words.sleep(seen, 10_000);
    else if (received.message.id === id) return received.message.reply;
  }
}
