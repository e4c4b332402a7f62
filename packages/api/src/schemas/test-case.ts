import { z } from "zod";

/** Arguments are text for a plugin; YAML need not quote numbers. */
const argumentText = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const textMap = z.record(z.string(), argumentText);
const lines = z.union([z.string(), z.array(z.string())]);
const json: z.ZodType<unknown> = z.unknown();

const rfc3339 = z.iso.datetime({ offset: true });

const inputQuery = z.strictObject({
  query: z.string().describe("SQL whose rows the plugin gets, asked of the seeded data"),
  database: z.string().optional().describe("Where to ask; default: the case's database"),
  table: z.string().optional().describe("Table name the plugin sees; default: the first table after FROM"),
});
const inputRecording = z.strictObject({
  recording: z.string().describe("File of line protocol, relative to this file"),
});

const seed = z.strictObject({
  db: z.string().optional().describe("Default: the case's database"),
  lp: lines.describe("Line protocol with nanosecond times"),
});

const request = z.strictObject({
  query: textMap.optional().describe("Query parameters"),
  headers: textMap.optional(),
  body: json.optional().describe("Text; a mapping or a list is sent as JSON"),
});

const response = z.strictObject({
  status: z.number().int().optional(),
  headers: textMap.optional().describe("Headers that must be there, among others"),
  body: json.optional().describe("Text or a pattern; a mapping or a list is compared as JSON"),
});

const expectation = z.strictObject({
  writes: z
    .union([z.record(z.string(), z.array(z.string())), z.array(z.string())])
    .optional()
    .describe("Every line that is written, by database; a list alone is for the case's database"),
  logs: z.array(z.string()).optional().describe("Every log line, with or without its level: INFO wrote 1"),
  prints: z.array(z.string()).optional().describe("Everything that is printed, text by text"),
  error: z.string().nullable().optional().describe("Why the plugin fails; null or absent: it must not"),
  response: response.optional().describe("What the caller of a request plugin gets"),
  ordered: z.boolean().optional().describe("Whether lines must come in the order given; default: in any"),
});

const testCase = z.strictObject({
  name: z.string().min(1),
  trigger: z.enum(["writes", "schedule", "request"]).describe("Which function of the plugin is called"),
  database: z.string().optional().describe("The trigger's database; default: that of the file, or test"),
  input: z
    .union([z.string(), z.array(z.string()), inputQuery, inputRecording])
    .optional()
    .describe("What was written: line protocol, the rows of a query, or a file"),
  call_time: rfc3339.optional().describe("The time that a scheduled call is told; default: now"),
  schedule: z.string().optional().describe("Cron expression whose next time after now is the call time"),
  request: request.optional(),
  args: textMap.optional().describe("Trigger arguments"),
  cache: z.record(z.string(), json).optional().describe("What the trigger's cache holds before the call"),
  seed: z
    .union([seed, z.array(seed)])
    .optional()
    .describe("Data that queries see"),
  now: rfc3339.optional().describe("The clock stands still at this time, in Python and in queries"),
  network: z.boolean().optional().describe("Whether the plugin may use the network; default: no"),
  expect: expectation.optional().describe("What must come of it; --update records it"),
});

/** A file of plugin tests, `<plugin>.test.yaml`: docs/guides/testing-plugins.md. */
export const testCaseFile = z.strictObject({
  plugin: z.string().optional().describe("File or package, relative to this file; default: after its name"),
  database: z.string().optional().describe("The triggers' database; default: test"),
  cases: z.array(testCase).min(1),
});

export type TestCaseFile = z.output<typeof testCaseFile>;
export type PluginTestCase = z.output<typeof testCase>;
export type TestExpectation = z.output<typeof expectation>;

/** The JSON schema by which editors check and complete test files. */
export function testCaseJsonSchema(): unknown {
  return { ...z.toJSONSchema(testCaseFile, { io: "input" }), title: "Millrace plugin tests" };
}
