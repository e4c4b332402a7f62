import type { Context } from "../shared/action.ts";
import { tableName } from "../shared/confirm.ts";
import { connect } from "../shared/connect.ts";
import { quoted } from "../shared/quote.ts";

export async function runCreateDatabase(context: Context): Promise<undefined> {
  const { io, values } = context;
  const db = values.text("database-name");
  const period = values.optionalText("retention-period");
  await connect(context).createDatabase(db, period === "none" ? null : (period ?? null));
  await io.stdout.write(`Database ${quoted(db)} created successfully\n`);
  return undefined;
}

export async function runCreateTable(context: Context): Promise<undefined> {
  const { io, values } = context;
  const db = values.text("database");
  const table = values.text("table-name");
  await connect(context).createTable({
    db,
    table,
    tags: values.list("tags"),
    fields: values.fields("fields"),
  });
  await io.stdout.write(`Table ${tableName(db, table)} created successfully\n`);
  return undefined;
}
