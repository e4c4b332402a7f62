import { displayType } from "./display-type.ts";
import { ENTRY_POINT_SIGNATURES, type EntryPointSignature } from "./entry-points.ts";
import type { ApiClass, ApiMember, ApiMethod, ApiParameter } from "./model.ts";
import { API_CLASSES } from "./stubs.ts";

const INTRODUCTION = `# Plugin API

What plugins get from the processing engine, without importing anything. How the engine behaves behind each call is in
[processing-engine.md](processing-engine.md). This page is generated from the table that editors get their types from.
`;

/** docs/reference/plugin-api.md. */
export function describeApi(): string {
  const entryPoints = ["## Entry points", ...ENTRY_POINT_SIGNATURES.map(describeEntryPoint)];
  return `${[INTRODUCTION.trimEnd(), ...entryPoints, ...API_CLASSES.map(describeClass)].join("\n\n")}\n`;
}

function describeEntryPoint(signature: EntryPointSignature): string {
  const names = signature.parameters.map((it) =>
    it.default === undefined ? it.name : `${it.name}=${it.default}`,
  );
  return [
    `### ${signature.name}`,
    "",
    `\`\`\`python\ndef ${signature.name}(${names.join(", ")}):\n\`\`\``,
    "",
    signature.doc,
    "",
    ...parameterTable(signature.parameters),
  ].join("\n");
}

function describeClass(of: ApiClass): string {
  const head = [`## ${of.usedAs}`, "", of.doc];
  if (of.constructedWith !== undefined) head.push("", ...parameterTable(of.constructedWith));
  return [head.join("\n"), ...of.members.map((member) => describeMember(of, member))].join("\n\n");
}

function describeMember(of: ApiClass, member: ApiMember): string {
  if (member.kind === "property")
    return `### ${of.usedAs}.${member.name}\n\n\`${member.type}\`. ${member.doc}`;
  const lines = [
    `### ${of.usedAs}.${member.name}`,
    "",
    `\`\`\`python\n${member.name}(${member.parameters.map(parameterText).join(", ")}) -> ${member.returns}\n\`\`\``,
    "",
    member.doc,
  ];
  if (member.parameters.length > 0) lines.push("", ...parameterTable(member.parameters));
  lines.push(...extras(member));
  return lines.join("\n");
}

function extras(method: ApiMethod): string[] {
  const raises = (method.raises ?? []).flatMap((raised) => ["", `Raises ${raised}`]);
  return method.example === undefined ? raises : [...raises, "", `\`\`\`python\n${method.example}\n\`\`\``];
}

function parameterText(parameter: ApiParameter): string {
  return parameter.default === undefined ? parameter.name : `${parameter.name}=${parameter.default}`;
}

function parameterTable(parameters: readonly ApiParameter[]): string[] {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  return [
    "| parameter | type | |",
    "|---|---|---|",
    ...parameters.map((it) => `| \`${it.name}\` | \`${cell(displayType(it.type))}\` | ${cell(it.doc)} |`),
  ];
}
