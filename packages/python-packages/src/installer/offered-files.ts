import type { ProjectFile } from "../package-index/index.ts";
import { compareVersions, type Version } from "../versions/index.ts";
import {
  hasLoadableSources,
  isLoadable,
  parseSourceArchiveName,
  parseWheelName,
  type WheelName,
} from "../wheel/index.ts";

export interface OfferedWheel {
  readonly named: WheelName;
  readonly file: ProjectFile;
}

/** The files of a project, sorted into what can be installed, what perhaps can, and what cannot. */
export class OfferedFiles {
  /** The best pure-Python wheel of each version, newest first. */
  readonly pure: readonly OfferedWheel[];
  /** Of newer versions: wheels with compiled parts, which some packages can do without. */
  readonly partlyCompiled: readonly OfferedWheel[];
  readonly #name: string;
  readonly #newerCompiled: boolean;
  readonly #newerSources: boolean;

  constructor(name: string, files: readonly ProjectFile[]) {
    const wheels = files
      .map((file) => ({ file, named: parseWheelName(file.fileName) }))
      .filter((wheel): wheel is OfferedWheel => wheel.named?.name === name);
    this.pure = bestOfEachVersion(wheels.filter(({ named }) => isLoadable(named)));
    const newest = this.pure[0]?.named.version;
    const isNewer = (version: Version): boolean =>
      newest === undefined || compareVersions(version, newest) > 0;
    const compiled = wheels.filter(({ named }) => !isLoadable(named) && isNewer(named.version));
    this.partlyCompiled = bestOfEachVersion(compiled.filter(({ named }) => hasLoadableSources(named)));
    this.#name = name;
    this.#newerCompiled = compiled.length > 0;
    this.#newerSources = files.some(({ fileName }) => {
      const version = parseSourceArchiveName(fileName, name);
      return version !== undefined && isNewer(version);
    });
  }

  /** Why versions that a user knows of cannot be installed; `needed` is what the newest cannot do without. */
  remark(needed: string | undefined): string | undefined {
    const name = this.#name;
    const which = this.pure.length === 0 ? `${name} has` : `newer versions of ${name} have`;
    if (this.#newerCompiled) {
      const detail = needed === undefined ? "" : ` (${needed})`;
      return `${which} no pure-Python wheel${detail}: compiled packages cannot be loaded by the sandbox`;
    }
    if (!this.#newerSources) return undefined;
    return `${which} only source archives, which would have to be built: build a wheel (python -m pip wheel ${name}) and install that`;
  }
}

function bestOfEachVersion(wheels: readonly OfferedWheel[]): OfferedWheel[] {
  const best = new Map<string, OfferedWheel>();
  for (const wheel of wheels) {
    const before = best.get(wheel.named.version.text);
    if (before === undefined || wheel.named.build > before.named.build)
      best.set(wheel.named.version.text, wheel);
  }
  return [...best.values()].sort((a, b) => compareVersions(b.named.version, a.named.version));
}
