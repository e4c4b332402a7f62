import { ApiError, ConnectError } from "@millrace/api/client";
import { readLine } from "../../io/index.ts";
import { CommandError, type Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { hintFor } from "../shared/hints.ts";
import { makeOfflineToken } from "./offline-token.ts";

const KEEP_IT = "Store this token securely, as it will not be shown again.";

const debugText = (text: string) => JSON.stringify(text);

/** Failures of this command go to stdout, in the form that scripts look for. */
function failureText(error: unknown): string {
  if (error instanceof ApiError) {
    return `ApiError { code: ${error.status}, message: ${debugText(error.serverMessage)}, error_code: None }`;
  }
  if (error instanceof ConnectError) {
    return `${error.message}: ConnectError(${debugText(error.reason)})`;
  }
  return debugText((error as Error).message);
}

async function confirmRegenerate({ io }: Context): Promise<void> {
  await io.stdout.write("Are you sure you want to regenerate admin token? Enter 'yes' to confirm\n");
  const answer = await readLine(io.stdin);
  if (answer?.trim() !== "yes") throw new CommandError("Cannot regenerate token without confirmation");
}

async function requestToken(context: Context): Promise<string> {
  const { values } = context;
  const name = values.optionalText("name");
  if (values.flag("regenerate")) {
    await confirmRegenerate(context);
    return (await connect(context).regenerateAdminToken()).token;
  }
  if (name === undefined) return (await connect(context).createAdminToken()).token;
  const expiry = values.has("expiry") ? values.number("expiry") : null;
  return (await connect(context).createNamedToken({ token_name: name, expiry_secs: expiry })).token;
}

function textAnswer(token: string, styled: boolean): string {
  const style = (codes: string, text: string) => (styled ? `\u001b[${codes}m${text}\u001b[0m` : text);
  return [
    "",
    style("4", "New token created successfully!"),
    "",
    `${style("1", "Token:")} ${token}`,
    `${style("1", "HTTP Requests Header:")} Authorization: Bearer ${token}`,
    "",
    `${style("1;31", "IMPORTANT:")} ${KEEP_IT}`,
    "",
    "",
  ].join("\n");
}

function jsonAnswer(token: string): string {
  const help = `${KEEP_IT} HTTP requests require the following header: "Authorization: Bearer ${token}"`;
  return `${JSON.stringify({ help_msg: help, token }, null, 2)}\n`;
}

export async function runCreateToken(context: Context): Promise<number | undefined> {
  const { io, values } = context;
  const json = values.text("format") === "json";
  let token: string;
  try {
    if (values.flag("offline")) {
      const made = await makeOfflineToken(context);
      token = made.token;
      await (json ? io.stderr : io.stdout).write(`Token saved to: ${made.file}\n`);
    } else {
      token = await requestToken(context);
    }
  } catch (error) {
    await io.stdout.write(`Failed to create token, error: ${failureText(error)}\n`);
    const hint = hintFor(error);
    if (hint !== undefined) await io.stderr.write(`  ${hint}\n`);
    return 1;
  }
  const styled = io.stdout.isTty && (io.env["NO_COLOR"] ?? "") === "";
  await io.stdout.write(json ? jsonAnswer(token) : textAnswer(token, styled));
  return 0;
}
