import type { Io } from "../../io/index.ts";
import type { CommandSpec, Values } from "../../parser/index.ts";

export interface Context {
  io: Io;
  values: Values;
}

/** What a command does. The number is the exit code; nothing means 0. */
export type Action = (context: Context) => Promise<number | undefined>;

export type Command = CommandSpec<Action>;

/** A command that failed for a reason of its own: `<Verb> command failed: <message>`. */
export class CommandError extends Error {
  override name = "CommandError";
  /** What to do about it: a line of its own after the message. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
