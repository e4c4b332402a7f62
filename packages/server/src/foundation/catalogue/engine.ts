import type { CatalogueSection } from "./entry.ts";

/** Triggers, plugin files, plugin runs. */
export const engineErrors = {
  plugin_error: {
    status: 500,
    style: "text",
    text: "Plugin error: {detail}",
    hint: "Check the plugin's file name and that the server runs with `--plugin-dir`.",
  },
  processing_engine_error: {
    status: 500,
    style: "text",
    text: "Processing engine error: {detail}",
    hint: "See `system.processing_engine_logs` and the server's log.",
  },
  package_installation_disabled: {
    status: 403,
    style: "text",
    text: "Package installation has been disabled. Contact your administrator for more information.",
    hint: "The server runs with `--package-manager disabled`.",
  },
  package_requirement_invalid: {
    status: 400,
    style: "text",
    text: "{detail}",
    hint: "Write requirements like `requests>=2.31`: docs/guides/python-packages.md.",
  },
  trigger_kind_restricted: {
    status: 400,
    style: "text",
    text: "invalid request: server is configured to reject {kind} plugin triggers",
    hint: "The operator limits trigger kinds with `--restrict-plugin-triggers-to`.",
  },
  trigger_spec_invalid: {
    status: 500,
    style: "text",
    text: "{detail}",
    hint: "Use `table:NAME`, `all_tables`, `every:DURATION`, `cron:EXPRESSION` or `request:PATH`.",
  },
  trigger_running: {
    status: 500,
    style: "text",
    text: "Cannot delete running plugin {name}. Disable it first or use --force.",
    hint: "`influxdb3 disable trigger`, then delete; or delete with `--force`.",
  },
  request_path_not_found: {
    status: 404,
    style: "text",
    text: '{error: "not found"}',
    hint: "No enabled trigger serves this path: see `system.processing_engine_triggers`.",
  },
  request_plugin_failed: {
    status: 500,
    style: "json",
    text: "{detail}",
    hint: "The plugin raised an exception or returned something that is no response.",
  },
  request_handler_down: {
    status: 500,
    style: "text",
    text: "Processing engine error: request handler for trigger down",
    hint: "The trigger stopped while it served this request. Send it again.",
  },
  engine_overloaded: {
    status: 503,
    style: "text",
    text: "the processing engine is busy: {detail}",
    hint: "Send the request again after the time in `Retry-After`. The detail names the option that sets the bound.",
  },
  engine_call_cycle: {
    status: 508,
    style: "text",
    text: "the plugin asks its own server for something that its own interpreter would have to do, and waits for it: call the function directly, or give the server more interpreters with --plugin-interpreters",
    hint: "A plugin called its own trigger, or one that shares its interpreter, over HTTP. `run_async` gives a trigger more than one interpreter.",
  },
  engine_deadline: {
    status: 503,
    style: "text",
    text: "the plugin did not answer within {limit}",
    hint: "Make the plugin faster, or raise the option that the server's log names.",
  },
} as const satisfies CatalogueSection;
