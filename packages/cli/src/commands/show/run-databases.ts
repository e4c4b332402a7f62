import type { Context } from "../shared/action.ts";
import { wireFormat, writeBody } from "../shared/body.ts";
import { connect } from "../shared/connect.ts";

export async function runShowDatabases(context: Context): Promise<undefined> {
  const { values } = context;
  const response = await connect(context).listDatabases({
    format: wireFormat(values.text("format")),
    showDeleted: values.flag("show-deleted"),
  });
  await writeBody(context, response.body);
  return undefined;
}
