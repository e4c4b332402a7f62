import type { Context } from "../shared/action.ts";
import { confirmDelete, tableName } from "../shared/confirm.ts";
import { connect } from "../shared/connect.ts";
import { quoted } from "../shared/quote.ts";

export async function runDeleteDatabase(context: Context): Promise<undefined> {
  const { io, values } = context;
  const db = values.text("database-name");
  await confirmDelete(context, quoted(db));
  await connect(context).deleteDatabase(db, values.optionalText("hard-delete"));
  await io.stdout.write(`Database ${quoted(db)} deleted successfully\n`);
  return undefined;
}

export async function runDeleteTable(context: Context): Promise<undefined> {
  const { io, values } = context;
  const db = values.text("database");
  const table = values.text("table-name");
  await confirmDelete(context, tableName(db, table));
  await connect(context).deleteTable(db, table, values.optionalText("hard-delete"));
  await io.stdout.write(`Table ${tableName(db, table)} deleted successfully\n`);
  return undefined;
}

export async function runDeleteTrigger(context: Context): Promise<undefined> {
  const { io, values } = context;
  const name = values.text("trigger-name");
  await connect(context).deleteTrigger({
    db: values.text("database"),
    trigger_name: name,
    force: values.flag("force"),
  });
  await io.stdout.write(`Trigger ${name} deleted successfully\n`);
  return undefined;
}
