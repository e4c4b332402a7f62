import { readFile } from "node:fs/promises";
import path from "node:path";
import { PackageError, reasonOf } from "../foundation/index.ts";
import type { IndexPlaces } from "../package-index/index.ts";
import type { FileIndexOptions } from "../requirements/index.ts";
import { readPipConfig, type Variables } from "./pip-config.ts";

const DEFAULT_TIMEOUT_MS = 120_000;

/** Whoever runs the server names an index in one of these ways: docs/guides/python-packages.md, "Where packages come from". */
export const NO_INDEX_NAMED =
  "no package index is named: start the server with --package-index (or INFLUXDB3_PACKAGE_INDEX) and the address of an index, such as https://index.example/simple, or the path of a directory of wheels; or set PIP_INDEX_URL";

/**
 * Where packages come from. `packageIndex` (an address, or a directory of wheels or of a mirror) stands alone if it is
 * given; otherwise the environment variables of pip and uv and pip's configuration files are asked.
 */
export async function indexSettings(packageIndex: string | undefined, env: Variables): Promise<IndexPlaces> {
  const pip = await readPipConfig(env);
  const setting = (name: string): string | undefined => {
    const variable = env[`PIP_${name.toUpperCase().replaceAll("-", "_")}`];
    return variable === undefined || variable === "" ? pip.get(name) : variable;
  };
  const seconds = Number(setting("timeout") ?? setting("default-timeout"));
  const common = {
    certificates: await readCertificates(setting("cert") ?? env["SSL_CERT_FILE"]),
    timeoutMs: seconds > 0 && seconds < 3600 ? seconds * 1000 : DEFAULT_TIMEOUT_MS,
  };
  if (packageIndex !== undefined) return { ...common, indexes: [place(packageIndex)], findLinks: [] };
  const noIndex = /^(?:1|true|yes|on|y|t)$/i.test(setting("no-index") ?? "");
  const indexUrl = setting("index-url") ?? env["UV_DEFAULT_INDEX"] ?? env["UV_INDEX_URL"];
  const extra = [setting("extra-index-url"), env["UV_EXTRA_INDEX_URL"], env["UV_INDEX"]];
  return {
    ...common,
    indexes: noIndex ? [] : [...words(indexUrl).slice(0, 1), ...extra.flatMap(words)].map(place),
    findLinks: [setting("find-links"), env["UV_FIND_LINKS"]].flatMap((value) => words(value)).map(place),
  };
}

/** A requirements file may name places of its own. */
export function withFileOptions(places: IndexPlaces, file: FileIndexOptions): IndexPlaces {
  const indexes = file.indexUrl === undefined ? places.indexes : [file.indexUrl];
  return {
    ...places,
    indexes: file.noIndex ? [] : [...indexes, ...file.extraIndexUrls],
    findLinks: [...places.findLinks, ...file.findLinks],
  };
}

function words(value: string | undefined): string[] {
  return (value ?? "").split(/[\s,]+/).filter((word) => word !== "");
}

/** uv lets indexes be called by name: `name=address`. */
function place(text: string): string {
  const bare = text.replace(/^[\w-]+=(?=https?:|file:)/, "");
  return /^[a-z][a-z+.-]+:\/\//i.test(bare) ? bare : path.resolve(bare);
}

async function readCertificates(file: string | undefined): Promise<string | undefined> {
  if (file === undefined || file === "") return undefined;
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new PackageError("index", `the certificates in ${file} could not be read: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
