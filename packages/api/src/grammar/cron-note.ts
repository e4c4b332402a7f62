import { DAY_NAMES, parseCron } from "./cron-expression.ts";

/**
 * What a reader of a valid expression is likely to get wrong: with six or seven fields, numbers of week days do not
 * mean what they mean to cron on Unix. Undefined when there is nothing to say.
 */
export function cronNote(expression: string): string | undefined {
  const fields = expression.trim().split(/\s+/);
  const dayOfWeek = fields[5];
  if (dayOfWeek === undefined || !/(?:^|,)\d/.test(dayOfWeek)) return undefined;
  const { daysOfWeek } = parseCron(expression);
  const days = DAY_NAMES.filter((_, day) => daysOfWeek[day] === 1).map((name) => name.slice(0, 3));
  return (
    `with ${fields.length} fields week days count from Sunday = 1, so '${dayOfWeek}' means ${days.join(", ")}; ` +
    "names such as Mon-Fri cannot be misread"
  );
}
