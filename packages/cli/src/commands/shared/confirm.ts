import { readLine } from "../../io/index.ts";
import { CommandError, type Context } from "./action.ts";
import { quoted } from "./quote.ts";

/** Asks on stderr unless `--yes` was given; anything but yes ends the command. */
export async function confirmDelete({ io, values }: Context, shownName: string): Promise<void> {
  if (values.flag("yes")) return;
  await io.stderr.write(`Are you sure you want to delete ${shownName}? Enter 'yes' or 'y' to confirm\n`);
  const answer = (await readLine(io.stdin))?.trim().toLowerCase();
  if (answer !== "yes" && answer !== "y") throw new CommandError("Cannot proceed without confirmation");
}

export const tableName = (db: string, table: string): string => `${quoted(db)}.${quoted(table)}`;
