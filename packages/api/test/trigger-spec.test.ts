import assert from "node:assert/strict";
import { formatTriggerSpec, parseTriggerSpec, pluginKindOf, triggerSpecToJson } from "@millrace/api";

const FORMS =
  "expect one of the following forms: 'table:<TABLE_NAME>', 'all_tables', 'cron:<CRON_EXPRESSION>', 'every:<DURATION>', or 'request:<PATH>'";

describe("trigger specifications", () => {
  it("reads every form and prints it normalised", () => {
    for (const [spec, printed, kind] of [
      ["all_tables", "all_tables", "wal"],
      ["  all_tables\n", "all_tables", "wal"],
      ["table:home", "table:home", "wal"],
      ["table: home ", "table:home", "wal"],
      ["table:table:x", "table:x", "wal"],
      ["table:a:b", "table:a:b", "wal"],
      ["every:90s", "every:1m 30s", "schedule"],
      ["every:1y", "every:1year", "schedule"],
      ["cron:0 */5 * * * *", "cron:0 */5 * * * *", "schedule"],
      ["cron:*/5 * * * *", "cron:*/5 * * * *", "schedule"],
      ["cron:@daily", "cron:@daily", "schedule"],
      ["request:hello/world", "request:hello/world", "request"],
    ]) {
      const parsed = parseTriggerSpec(spec);
      assert.equal(formatTriggerSpec(parsed), printed);
      assert.equal(pluginKindOf(parsed), kind);
    }
  });

  it("words refusals as clients know them", () => {
    for (const [spec, context] of [
      ["table:", "table name is empty"],
      ["table:table:", "table name is empty"],
      ["every:", "couldn't parse to duration"],
      ["every:soon", "couldn't parse to duration"],
      ["every:0", "couldn't parse to duration"],
      ["every:999us", "couldn't parse to duration"],
      ["every:366d", "don't support every schedules of over 1 year"],
      ["every:2y", "don't support every schedules of over 1 year"],
      ["all_tables:", FORMS],
      ["ALL_TABLES", FORMS],
      ["", FORMS],
      ["home", FORMS],
      ["{", FORMS],
      ['{"every":{"duration":{"secs":"5"}}}', FORMS],
    ]) {
      const message = `failed to parse trigger from ${spec}: ${context}`;
      assert.throws(() => parseTriggerSpec(spec), { message });
    }
    for (const spec of ["cron:", "cron:* * *", "cron:0 0 * * * 0", "request:", "request: "]) {
      assert.throws(() => parseTriggerSpec(spec), { message: `failed to parse trigger from ${spec}` });
    }
  });

  it("keeps the reason of a bad cron expression as the cause", () => {
    assert.throws(
      () => parseTriggerSpec("cron:0 61 * * * *"),
      (error: Error) => /'61' in the minute field/.test(String(error.cause)),
    );
  });

  it("reads the stored JSON forms back, as values and as text", () => {
    for (const spec of ["all_tables", "table:t", "every:1h 5ms", "cron:0 * * * * *", "request:p"]) {
      const json = triggerSpecToJson(parseTriggerSpec(spec));
      assert.equal(formatTriggerSpec(parseTriggerSpec(json)), spec);
      assert.equal(formatTriggerSpec(parseTriggerSpec(JSON.stringify(json))), spec);
    }
    assert.deepEqual(triggerSpecToJson(parseTriggerSpec("every:5s")), {
      every: { duration: { secs: 5, nanos: 0 } },
    });
    for (const junk of [null, 5, [], {}, { schedule: 5 }]) {
      assert.throws(() => parseTriggerSpec(junk), /failed to parse trigger from/);
    }
  });
});
