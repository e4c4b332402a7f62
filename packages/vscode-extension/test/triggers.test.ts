import assert from "node:assert/strict";
import {
  argumentsFor,
  exampleArguments,
  kindOfTest,
  pluginName,
  runsOnWrites,
  specificationChoices,
  specificationProblem,
  suggestedName,
  triggerBody,
  triggerNameProblem,
} from "#src/triggers/index.js";

const SOURCE = `"""
{
  "plugin_type": ["onwrite"],
  "onwrite_args_config": [
    {"name": "limit", "example": "30", "description": "Warn above", "required": false},
    {"name": "table", "example": "alerts", "description": "Where to write", "required": true}
  ]
}
"""
def process_writes(influxdb3_local, table_batches, args=None):
    pass
`;

describe("the form for a trigger", () => {
  it("asks for the arguments that the plugin describes, required ones first", () => {
    assert.deepEqual(
      argumentsFor(SOURCE, "onwrite").map(({ name }) => name),
      ["table", "limit"],
    );
    assert.deepEqual(argumentsFor(SOURCE, "http"), []);
    assert.deepEqual(argumentsFor("def process_writes(): pass", "onwrite"), []);
  });

  it("takes examples for what the plugin needs", () => {
    assert.deepEqual(exampleArguments(SOURCE, "onwrite"), { table: "alerts" });
    assert.deepEqual(exampleArguments(SOURCE, "scheduled"), {});
  });

  it("offers only specifications that call the function", () => {
    for (const kind of ["onwrite", "scheduled", "http"] as const) {
      const choices = specificationChoices(kind, ["home", "table with spaces"], "alert.py");
      for (const { specification, isToComplete } of choices) {
        if (!isToComplete) assert.equal(specificationProblem(specification, kind), undefined, specification);
      }
    }
  });

  it("says why a specification does not do", () => {
    assert.match(specificationProblem("every:10s", "onwrite") ?? "", /does not call this function/);
    assert.match(specificationProblem("cron:nonsense", "scheduled") ?? "", /cron:<expression>/);
    assert.match(specificationProblem("table:", "onwrite") ?? "", /table:<name>/);
    assert.equal(specificationProblem("cron:0 0 6 * * *", "scheduled"), undefined);
  });

  it("suggests a name that is free", () => {
    assert.equal(suggestedName("alert.py", []), "alert");
    assert.equal(suggestedName("alert.py", ["alert", "alert_2"]), "alert_3");
    assert.match(triggerNameProblem("alert", ["alert"]) ?? "", /already/);
    assert.match(triggerNameProblem(" ", []) ?? "", /Give/);
  });

  it("calls a plugin of several files by its folder", () => {
    assert.deepEqual(pluginName("/p/alert.py", false), { name: "alert.py", directory: undefined });
    assert.deepEqual(pluginName("/p/units/rules.py", true), { name: "units", directory: "/p/units" });
  });

  it("becomes what the server is sent", () => {
    const draft = {
      database: "home",
      plugin: "alert.py",
      name: "alert",
      specification: " table:home ",
      args: {},
      errorBehavior: "log",
    } as const;
    assert.deepEqual(triggerBody(draft), {
      db: "home",
      plugin_filename: "alert.py",
      trigger_name: "alert",
      trigger_settings: { run_async: false, error_behavior: "log" },
      trigger_specification: "table:home",
      trigger_arguments: null,
      disabled: false,
    });
    assert.deepEqual(triggerBody({ ...draft, args: { a: "1" } }).trigger_arguments, { a: "1" });
  });

  it("knows which triggers need lines to be run by hand, and what tests call kinds", () => {
    assert.deepEqual(["table:home", "all_tables", "every:10s", "?"].map(runsOnWrites), [
      true,
      true,
      false,
      false,
    ]);
    assert.deepEqual((["writes", "schedule", "request"] as const).map(kindOfTest), [
      "onwrite",
      "scheduled",
      "http",
    ]);
  });
});
