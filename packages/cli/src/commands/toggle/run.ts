import type { Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";

export async function runEnableTrigger(context: Context): Promise<undefined> {
  const name = context.values.text("trigger-name");
  await connect(context).enableTrigger(context.values.text("database"), name);
  await context.io.stdout.write(`Trigger ${name} enabled successfully\n`);
  return undefined;
}

export async function runDisableTrigger(context: Context): Promise<undefined> {
  const name = context.values.text("trigger-name");
  await connect(context).disableTrigger(context.values.text("database"), name);
  await context.io.stdout.write(`Trigger ${name} disabled successfully\n`);
  return undefined;
}
