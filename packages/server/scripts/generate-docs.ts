// Writes the reference pages that follow from the code: `node --import tsx packages/server/scripts/generate-docs.ts`.
// A test fails when a page in the repository differs from what this makes.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type OptionSpec, serveOptions } from "@millrace/server/config";
import { errorSections } from "#src/foundation/index.js";
import { metricSections } from "#src/start/index.js";

const reference = fileURLToPath(new URL("../../../docs/reference/", import.meta.url));

const CONFIGURATION_INTRO = `# Configuration

Every option of \`influxdb3 serve\`. Each can be given as a flag or as an environment variable; a flag wins over the
environment, the environment over the default. An empty variable counts as unset.

This page is made from the option table in \`packages/server/src/config/options\`. Options marked "no effect" exist so
that existing commands keep working.

| kind of value | written as |
|---|---|
| switch | the flag alone; in the environment \`true\`, \`1\`, \`yes\`, \`on\` or \`false\`, \`0\`, \`no\`, \`off\` |
| duration | \`1s\`, \`1h 30m\`, \`7d\`: a number and a unit, repeated |
| memory | \`512mb\`, \`1gb\`, a bare number of megabytes, or \`20%\` of the machine's (or container's) memory |
| list | values with commas between them |
| address | \`ip:port\`, \`hostname:port\` or \`[v6]:port\` |

## Behind the options

**Limits** count what exists: databases without \`_internal\` and deleted ones, tables of all databases together, tag
and field columns of one table (\`time\` is free). Without \`--limits core\` there are none.

**Logging**: one line a record, cut at 16,383 bytes. The format \`full\` is
\`2026-01-02T03:04:05.678901Z  INFO target: message key=value\`, the level aligned to five letters.

**Owning a data directory**: one server at a time may use a node id in a data directory. A second one stops with a
message. After a crash the next start takes over at once on the same machine, and within ten seconds elsewhere.

**Stored parameters**: what was set by flag or environment is listed in \`system.nodes\`; values of the options marked
"secret", and of all whose name speaks of a token, key, secret, credential or password, are masked.
`;

const ERRORS_INTRO = `# Errors

Every error that the server answers with, by subject. \`{name}\` stands for what the error is about. "text" bodies are
the bare text; "json" bodies are \`{"error":"…"}\`, with \`"data"\` behind it where rejected lines are listed.
\`/api/v2/write\` wraps its errors as \`{"code":"…","message":"…"}\` instead.

This page is made from the catalogue in \`packages/server/src/foundation/catalogue\`.
`;

const METRICS_INTRO = `# Metrics

\`GET /metrics\` answers in the Prometheus text format (\`text/plain; version=0.0.4\`), followed by a line \`# EOF\`. It needs
a token like any other route; \`--disable-authz metrics\` opens it. What is answered:

- Every number counts since the process started. Durations are in seconds, sizes in bytes, counters end in \`_total\`.
- Names without \`millrace_\` are those that dashboards and alerts for InfluxDB 3 know.
- \`status\` is how a request ended: \`ok\`, \`client_error\` (4xx), \`server_error\` (5xx), or \`aborted\` when the client
  left before the answer was complete. \`method_path\` is method and path with a blank between them.
- \`path\` is the route. Whatever is below \`/api/v3/engine/\` is counted together, and so are paths that do not exist
  (\`unknown\`) and methods that nobody uses (\`OTHER\`): clients cannot make the answer grow.
- \`db\` is the name of a database that exists. What was written to a database is forgotten with it.

Nothing is computed for a metric between two scrapes beyond the counting itself.

\`docs/guides/operating.md\` says which of them to watch.

This page is made from the tables in \`packages/server/src/start/metrics\`.
`;

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function optionRow(option: OptionSpec): string {
  const value = option.type === "boolean" || option.type === "count" ? "" : ` ${valueName(option)}`;
  const flag = `${option.short ? `\`-${option.short}\`, ` : ""}\`--${option.name}${value}\``;
  const aliases = (option.aliases ?? []).map((alias) => `\`--${alias}\``);
  const env = (option.env ?? []).map((name) => `\`${name}\``).join("<br>");
  const notes = [
    option.description && `${option.description}.`,
    option.choices && `One of ${option.choices.map((choice) => `\`${choice}\``).join(", ")}.`,
    option.optionalValue && `Alone: \`${option.optionalValue}\`.`,
    option.multiple && "May be repeated.",
    option.secret && "Secret.",
    option.ignored && "*No effect.*",
  ].filter((note): note is string => typeof note === "string");
  const fallback = option.default === undefined ? "" : `\`${option.default}\``;
  return `| ${[[flag, ...aliases].join("<br>"), env, fallback, notes.join(" ")].map(cell).join(" | ")} |`;
}

function valueName(option: OptionSpec): string {
  return option.metavar ?? option.type.toUpperCase();
}

function configurationPage(): string {
  const sections = [...new Set(serveOptions.map((option) => option.section))];
  const tables = sections.map((section) => {
    const rows = serveOptions.filter((option) => option.section === section).map(optionRow);
    return `## ${section}\n\n| flag | environment | default | meaning |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return [CONFIGURATION_INTRO, ...tables].join("\n");
}

function errorsPage(): string {
  const sections = errorSections.map(({ title, errors }) => {
    const rows = Object.entries(errors).map(
      ([code, { status, style, text, hint }]) =>
        `| \`${code}\` | ${status} | ${style} | ${text === "" ? "*empty*" : `\`${cell(text)}\``} | ${cell(hint)} |`,
    );
    return `## ${title}\n\n| code | status | body | text | what to do |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return [ERRORS_INTRO, ...sections].join("\n");
}

function metricsPage(): string {
  const sections = metricSections.map(({ title, metrics }) => {
    const rows = metrics.map(({ name, type, labels, help }) => {
      const names = labels.map((label) => `\`${label}\``).join(", ");
      return `| \`${name}\` | ${type} | ${names} | ${cell(help)} |`;
    });
    return `## ${title}\n\n| name | type | labels | meaning |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return [METRICS_INTRO, ...sections].join("\n");
}

/** Absolute path of each generated page, and its content. */
export function generatedPages(): Map<string, string> {
  return new Map([
    [path.join(reference, "configuration.md"), configurationPage()],
    [path.join(reference, "errors.md"), errorsPage()],
    [path.join(reference, "metrics.md"), metricsPage()],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, content] of generatedPages()) writeFileSync(file, content);
}
