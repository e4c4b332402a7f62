import { PYTHON_SERIES } from "../requirements/index.ts";
import type { WheelName } from "./file-name.ts";

const MINOR = Number(PYTHON_SERIES.split(".")[1]);

/** Whether the wheel is for any platform, without compiled parts, and for this Python. */
export function isLoadable(wheel: WheelName): boolean {
  return isPure(wheel) && wheel.pythonTags.some(fitsPython);
}

/** Whether the Python part of a compiled wheel is for this Python; the platform of the rest does not matter. */
export function hasLoadableSources({ pythonTags, abiTags }: WheelName): boolean {
  if (pythonTags.includes(`cp3${MINOR}`))
    return abiTags.some((abi) => abi === `cp3${MINOR}` || abi === "abi3");
  const minors = pythonTags.map((tag) => Number(/^cp3(\d+)$/.exec(tag)?.[1] ?? Number.NaN));
  return abiTags.includes("abi3") && minors.some((minor) => minor <= MINOR);
}

function isPure({ abiTags, platformTags }: WheelName): boolean {
  return abiTags.includes("none") && platformTags.includes("any");
}

function fitsPython(tag: string): boolean {
  if (tag === "py3" || tag === `cp3${MINOR}`) return true;
  const minor = /^py3(\d+)$/.exec(tag)?.[1];
  return minor !== undefined && Number(minor) <= MINOR;
}
