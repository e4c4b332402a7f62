import { readFile } from "node:fs/promises";
import path from "node:path";
import { codeOf, PackageError, reasonOf } from "../foundation/index.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/** Settings by their long names, such as `index-url`. */
export type PipSettings = ReadonlyMap<string, string>;

/** What pip's configuration files say, those that win last. Each may be missing. */
export async function readPipConfig(env: Variables): Promise<PipSettings> {
  const settings = new Map<string, string>();
  for (const file of configFiles(env)) {
    const text = await readFile(file, "utf8").catch((error: unknown) => {
      if (["ENOENT", "ENOTDIR", "EACCES"].includes(codeOf(error) ?? "")) return "";
      throw new PackageError("index", `pip's configuration ${file} could not be read: ${reasonOf(error)}`);
    });
    for (const [name, value] of parsePipConfig(text)) settings.set(name, value);
  }
  return settings;
}

/** Reads the sections that concern installing; `[install]` wins over `[global]`. */
export function parsePipConfig(text: string): PipSettings {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  let last: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const [, title] = /^\[([^\]]+)\]/.exec(line) ?? [];
    const [, name, value] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (title !== undefined) {
      section = sections.get(title) ?? new Map();
      sections.set(title, section);
      last = undefined;
    } else if (/^\s/.test(line) && last !== undefined) {
      section.set(last, `${section.get(last)} ${line.trim()}`.trim());
    } else if (name !== undefined) {
      last = name.toLowerCase().replaceAll("_", "-");
      section.set(last, value!.trim());
    }
  }
  return new Map([...(sections.get("global") ?? []), ...(sections.get("install") ?? [])]);
}

function configFiles(env: Variables): string[] {
  const { HOME: home, PIP_CONFIG_FILE: own, VIRTUAL_ENV: venv } = env;
  // pip's own way to say that there is no configuration.
  if (own === "/dev/null" || own === "nul") return [];
  const shared = (env["XDG_CONFIG_DIRS"] ?? "/etc/xdg").split(path.delimiter).reverse();
  const personal = env["XDG_CONFIG_HOME"] ?? (home === undefined ? undefined : path.join(home, ".config"));
  return [
    ...shared.map((directory) => path.join(directory, "pip", "pip.conf")),
    "/etc/pip.conf",
    ...(home === undefined ? [] : [path.join(home, ".pip", "pip.conf")]),
    ...(personal === undefined ? [] : [path.join(personal, "pip", "pip.conf")]),
    ...(venv === undefined ? [] : [path.join(venv, "pip.conf")]),
    ...(own === undefined ? [] : [own]),
  ].filter((file) => path.isAbsolute(file));
}
