import { nearest } from "../../analysis/index.ts";
import { API_CLASSES } from "../../api-table/index.ts";
import { literalValue } from "../../plugin-document/index.ts";
import type { Explain } from "./finding.ts";

/** Types that values have which plugins are given: a wrong name on one of these is wrong for sure. */
const PLAIN_TYPES = /^(?:type\[)?(?:str|bytes|datetime|dict\[.*\]|list\[.*\]|Literal\[.*\])\]?$/;

const BATCH_KEYS = ["table_name", "rows"];

export const explainUndefinedName: Explain = ({ rule, message }) => {
  if (rule !== "reportUndefinedVariable") return undefined;
  const name = /^"(.+?)" is not defined/.exec(message)?.[1];
  if (name === undefined) return "drop";
  return {
    code: "undefined-name",
    message: `'${name}' is not defined.`,
    isAboutApi: false,
    unknownName: name,
  };
};

export const explainUnknownMember: Explain = ({ rule, message }) => {
  if (rule !== "reportAttributeAccessIssue") return undefined;
  const imported = /^"(.+?)" is unknown import symbol/.exec(message)?.[1];
  if (imported !== undefined) {
    const text = `Nothing is called '${imported}' there.`;
    return { code: "unresolved-import", message: text, isAboutApi: false, unknownName: imported };
  }
  const inModule = /^"(.+?)" is not a known attribute of module "(.+?)"/.exec(message);
  if (inModule !== null) {
    const [, name, module] = inModule;
    return unknownMember(`The module ${module}`, name!, false);
  }
  const inClass = /^Cannot access attribute "(.+?)" for class "(.+?)"/.exec(message);
  if (inClass === null) return undefined;
  const [, name, className] = inClass;
  if (className === "TableBatch") return batchMember(name!);
  const api = API_CLASSES.find((it) => it.name === className || `type[${it.name}]` === className);
  if (api !== undefined) return unknownMember(api.usedAs, name!, true);
  return PLAIN_TYPES.test(className!) ? unknownMember(className!, name!, false) : undefined;
};

export const explainUnknownKey: Explain = ({ message, range, span }, document) => {
  const name = /"(.+?)" is not a defined key in "TableBatch"/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const key = document.strings.findLast(
    (it) => span.from <= it.from && it.to <= span.to && literalValue(it) === name,
  );
  const meant = nearest(name, BATCH_KEYS);
  const quote = key === undefined ? '"' : document.text[key.to - 1]!;
  return {
    code: "unknown-key",
    message: `A batch has no "${name}"; it has "table_name" and "rows".`,
    isAboutApi: true,
    range: key === undefined ? range : document.rangeOf(key),
    ...(meant === undefined || key === undefined ? {} : { replacement: `${quote}${meant}${quote}` }),
  };
};

function unknownMember(owner: string, name: string, isAboutApi: boolean) {
  return { code: "unknown-member", message: `${owner} has no '${name}'.`, isAboutApi, unknownName: name };
}

/** Batches are dicts, which other languages read with a dot. */
function batchMember(name: string) {
  const isKey = name === "rows" || name === "table_name";
  const remedy = isKey ? `write batch["${name}"]` : `it is a dict with "table_name" and "rows"`;
  return {
    code: "unknown-member",
    message: `A batch has no attribute '${name}': ${remedy}.`,
    isAboutApi: true,
  };
}
