import type { Context } from "../shared/action.ts";
import { type StoryAnswer, storyOf } from "./story.ts";

/** What is printed of an answer; a Millrace server answers more, for tools. */
const PRINTED_KEYS = ["response", "trigger_time", "log_lines", "database_writes", "errors"] as const;

export type TestAnswer = Partial<Record<(typeof PRINTED_KEYS)[number], unknown>> & StoryAnswer;

/** The answer as JSON on stdout, and for people what else happened on stderr. */
export async function printAnswer({ io, values }: Context, answer: TestAnswer): Promise<void> {
  const shown: Record<string, unknown> = {};
  for (const key of PRINTED_KEYS) if (answer[key] !== undefined) shown[key] = answer[key];
  await io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  const story = storyOf(answer, values.flag("local"));
  if (story !== "") await io.stderr.write(story);
}
