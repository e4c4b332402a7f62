import { CommandError, type Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { normalisedDuration } from "../shared/options.ts";
import { quoted } from "../shared/quote.ts";

export async function runUpdateDatabase(context: Context): Promise<undefined> {
  const { io, values } = context;
  const db = values.text("database");
  const given = values.optionalText("retention-period");
  if (given === undefined) throw new CommandError("--retention-period is required for update database");
  const period = given.toLowerCase() === "none" ? null : normalisedDuration(given);
  await connect(context).updateDatabase(db, period);
  await io.stdout.write(`Database ${quoted(db)} updated successfully\n`);
  return undefined;
}
