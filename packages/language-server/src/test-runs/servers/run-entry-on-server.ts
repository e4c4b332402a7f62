import type { PluginHttpResponse, WalPluginTestResponse } from "@millrace/api";
import type { InfluxClient } from "@millrace/api/client";
import { NotRunError, type TestAnswer } from "../answer.ts";
import { type EntryRun, notesOf } from "../entry-run.ts";
import type { ServerAbilities } from "./abilities.ts";
import { originalEvents } from "./original-events.ts";
import { requestBody, scheduleBody, writesBody } from "./test-bodies.ts";

type ServerAnswer = Partial<WalPluginTestResponse> & { readonly response?: PluginHttpResponse | null };

/** Has a server call an entry point. It tells what happened when all has happened. */
export async function runEntryOnServer(
  run: EntryRun,
  client: InfluxClient,
  { features, isMillrace }: ServerAbilities,
): Promise<TestAnswer> {
  const isInline = features.has(
    run.plugin.modules === undefined ? "plugin_test.source" : "plugin_test.files",
  );
  if (isMillrace && !isInline) {
    throw new NotRunError("The server is too old to run code that it does not have. Run the test locally.");
  }
  if (!isMillrace && run.trigger === "request") {
    throw new NotRunError(
      "Only Millrace servers can test request plugins. Run the test locally, or connect to one.",
    );
  }
  const answer = await ask(run, client, isMillrace);
  const { errors = [], database_writes: writes = {}, traceback = [], durationMs, response } = answer;
  const events = answer.events ?? originalEvents(run.plugin, answer);
  for (const event of events) run.onEvent(event);
  return {
    errors,
    writes,
    traceback,
    response: response ?? undefined,
    durationMs,
    notes: [...notesOf(run), ...(isMillrace ? [] : originalNotes(run))],
  };
}

function ask(run: EntryRun, client: InfluxClient, isMillrace: boolean): Promise<ServerAnswer> {
  switch (run.trigger) {
    case "writes":
      return client.testWalPlugin(writesBody(run, isMillrace));
    case "schedule":
      return client.testSchedulePlugin(scheduleBody(run, isMillrace));
    case "request":
      return client.testRequestPlugin(requestBody(run));
  }
}

function originalNotes({ plugin, input }: EntryRun): string[] {
  const name = input.serverFileName ?? plugin.name;
  const ignored = (["callTime", "now"] as const).filter((key) => input[key] !== undefined);
  return [
    `The server ran its own copy of ${name}: it cannot run what is in the editor. Lines are guessed from texts.`,
    ...(ignored.length === 0 ? [] : [`The server does not know ${ignored.join(" and ")}: ignored.`]),
  ];
}
