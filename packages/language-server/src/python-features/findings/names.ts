import { API_CLASSES } from "../../api-table/index.ts";
import type { Explain } from "./finding.ts";

/** Types that values have which plugins are given: a wrong name on one of these is wrong for sure. */
const PLAIN_TYPES = /^(?:type\[)?(?:str|bytes|datetime|dict\[.*\]|list\[.*\]|Literal\[.*\])\]?$/;

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
  const inModule = /^"(.+?)" is not a known attribute of module "(.+?)"/.exec(message);
  if (inModule !== null) {
    const [, name, module] = inModule;
    return unknownMember(`The module ${module}`, name!, false);
  }
  const inClass = /^Cannot access attribute "(.+?)" for class "(.+?)"/.exec(message);
  if (inClass === null) return "drop";
  const [, name, className] = inClass;
  if (className === "TableBatch") return batchMember(name!);
  const api = API_CLASSES.find((it) => it.name === className || `type[${it.name}]` === className);
  if (api !== undefined) return unknownMember(api.usedAs, name!, true);
  return PLAIN_TYPES.test(className!) ? unknownMember(className!, name!, false) : undefined;
};

export const explainUnknownKey: Explain = ({ message }) => {
  const found = /"(.+?)" is not a defined key in "TableBatch"/.exec(message);
  if (found === null) return undefined;
  return {
    code: "unknown-key",
    message: `A batch has no "${found[1]}"; it has "table_name" and "rows".`,
    isAboutApi: true,
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
