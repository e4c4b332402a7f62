import type { Explain } from "./finding.ts";

/** What is not here may be on the server, so that nothing is wrong with the plugin. */
export const explainImport: Explain = ({ rule, message, span }, document) => {
  if (rule !== "reportMissingImports") return undefined;
  const module = /^Import "(.+?)"/.exec(message)?.[1];
  const statement = document.imports.find((it) => it.from <= span.from && span.to <= it.to);
  if (module === undefined || statement?.isGuarded) return "drop";
  if (module.startsWith(".")) {
    return {
      code: "unresolved-import",
      message: `There is no module '${module}' in this plugin.`,
      isAboutApi: true,
    };
  }
  const name = module.split(".")[0];
  return {
    code: "unresolved-import",
    message: `Nothing is known of '${name}' here. Where plugins run it must be installed: influxdb3 install package ${name}`,
    isAboutApi: false,
    severity: "information",
  };
};
