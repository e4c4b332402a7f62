import { type CancellationToken, MessageType } from "vscode-languageserver";
import type { CommandHandler, CommandSource, Session } from "../analysis/index.ts";
import { COMMANDS, METHODS, type RunTestsResult } from "../protocol/index.ts";
import { listTests } from "./listing/index.ts";
import { readCancelParams, readListParams, readRunParams } from "./read-params.ts";
import { TestRuns } from "./test-runs.ts";

/** Lists, runs and cancels tests: docs/reference/language-server-protocol.md. */
export const testRunCommands: CommandSource = {
  name: "test-runs",
  start: (session) => {
    const runs = new TestRuns(session);
    const list: CommandHandler = (params) => listTests(session, readListParams(params));
    const run: CommandHandler = (params, token) => runs.run(readRunParams(params), signalOf(token));
    const cancel: CommandHandler = (params) => runs.cancel(readCancelParams(params).runId);
    /** What lenses call: for editors that draw nothing of their own, the outcome is shown as a message. */
    const test: CommandHandler = async (lens, token) => {
      const result = await runs.run(readRunParams({ tests: [lens] }), signalOf(token));
      showOutcome(session, result);
      return result;
    };
    return {
      commands: {
        [COMMANDS.listTests]: onFirst(list),
        [COMMANDS.runTests]: onFirst(run),
        [COMMANDS.cancelTests]: onFirst(cancel),
        [COMMANDS.testPlugin]: onFirst(test),
      },
      requests: { [METHODS.listTests]: list, [METHODS.runTests]: run, [METHODS.cancelTests]: cancel },
      dispose: () => runs.dispose(),
    };
  },
};

/** Commands get their parameters in a list. */
function onFirst(handler: CommandHandler): CommandHandler {
  return (given, token) => handler(Array.isArray(given) ? given[0] : given, token);
}

function signalOf(token: CancellationToken): AbortSignal {
  const ending = new AbortController();
  if (token.isCancellationRequested) ending.abort();
  else token.onCancellationRequested(() => ending.abort());
  return ending.signal;
}

function showOutcome(session: Session, { results }: RunTestsResult): void {
  for (const { label, outcome, message, durationMs, rowCount, notes } of results) {
    const time = `${Math.round(durationMs)} ms`;
    const wrote = `${rowCount} ${rowCount === 1 ? "row" : "rows"} written`;
    const text = message ?? [`${label} ${outcome} in ${time}, ${wrote}.`, ...notes].join(" ");
    const isFine = outcome === "passed" || outcome === "cancelled";
    session.showMessage(isFine ? MessageType.Info : MessageType.Error, `Millrace: ${text}`);
  }
}
