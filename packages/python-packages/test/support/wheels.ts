import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { strToU8, zipSync } from "fflate";

export interface WheelSpec {
  name: string;
  version: string;
  /** Path → content, beside what every wheel has; by default one module of the package's name. */
  files?: Record<string, string>;
  requires?: string[];
  requiresPython?: string;
  extras?: string[];
  tag?: string;
  build?: string;
  /** Lines of METADATA that nobody asked for. */
  headers?: string[];
}

export interface BuiltWheel {
  fileName: string;
  bytes: Uint8Array;
  sha256: string;
  metadata: string;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function wheelFileName({ name, version, build, tag = "py3-none-any" }: WheelSpec): string {
  const middle = build === undefined ? "" : `-${build}`;
  return `${name.replaceAll("-", "_")}-${version}${middle}-${tag}.whl`;
}

export function metadataOf(spec: WheelSpec): string {
  return [
    "Metadata-Version: 2.1",
    `Name: ${spec.name}`,
    `Version: ${spec.version}`,
    ...(spec.requiresPython === undefined ? [] : [`Requires-Python: ${spec.requiresPython}`]),
    ...(spec.requires ?? []).map((requirement) => `Requires-Dist: ${requirement}`),
    ...(spec.extras ?? []).map((extra) => `Provides-Extra: ${extra}`),
    ...(spec.headers ?? []),
    "",
    "A package of a test.",
    "",
  ].join("\n");
}

/** The files of a wheel with a RECORD that is right. */
export function wheelFiles(spec: WheelSpec): Record<string, string> {
  const stem = spec.name.replaceAll("-", "_");
  const info = `${stem}-${spec.version}.dist-info`;
  const files: Record<string, string> = {
    ...(spec.files ?? { [`${stem}.py`]: `VERSION = "${spec.version}"\n` }),
    [`${info}/METADATA`]: metadataOf(spec),
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${spec.tag ?? "py3-none-any"}\n`,
  };
  const lines = Object.entries(files).map(([file, text]) => {
    const digest = createHash("sha256").update(text).digest("base64url");
    return `${/[",]/.test(file) ? `"${file.replaceAll('"', '""')}"` : file},sha256=${digest},${Buffer.byteLength(text)}`;
  });
  return { ...files, [`${info}/RECORD`]: `${lines.join("\n")}\n${info}/RECORD,,\n` };
}

export function zip(files: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

export function makeWheel(spec: WheelSpec): BuiltWheel {
  const bytes = zip(wheelFiles(spec));
  return { fileName: wheelFileName(spec), bytes, sha256: sha256(bytes), metadata: metadataOf(spec) };
}

export async function saveWheels(directory: string, specs: readonly WheelSpec[]): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const wheels = specs.map(makeWheel);
  await Promise.all(wheels.map(({ fileName, bytes }) => writeFile(path.join(directory, fileName), bytes)));
  return wheels.map(({ fileName }) => path.join(directory, fileName));
}
