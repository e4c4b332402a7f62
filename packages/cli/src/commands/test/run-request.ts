import type { Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { millraceOnly } from "../shared/millrace.ts";
import { printAnswer } from "./answer.ts";
import { requestBody } from "./input.ts";
import { sharedBody } from "./run.ts";

/** The command is ours alone, so its exit code can say what scripts want to know: whether the plugin failed. */
export async function runTestRequestPlugin(context: Context): Promise<number | undefined> {
  if (context.values.flag("local")) return (await import("./run-local.ts")).runLocalRequest(context);
  const { values } = context;
  const bytes = Buffer.from(await requestBody(context));
  const body = {
    ...sharedBody(context),
    query_parameters: values.pairs("query-parameters") ?? null,
    headers: values.pairs("headers") ?? null,
    body_base64: bytes.toString("base64"),
  };
  const answer = await millraceOnly(
    "testing a request plugin on a server",
    connect(context).testRequestPlugin(body),
    "run it here with --local",
  );
  await printAnswer(context, answer);
  return answer.errors.length === 0 ? 0 : 1;
}
