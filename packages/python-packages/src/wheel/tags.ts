import { PYTHON_SERIES } from "../requirements/index.ts";
import type { WheelName } from "./file-name.ts";

const MINOR = Number(PYTHON_SERIES.split(".")[1]);

/** Whether the wheel can be loaded by the sandbox: for any platform, without compiled parts, for this Python. */
export function isLoadable(wheel: WheelName): boolean {
  return isPure(wheel) && wheel.pythonTags.some(fitsPython);
}

/** Without compiled parts, as far as its name says. */
export function isPure({ abiTags, platformTags }: WheelName): boolean {
  return abiTags.includes("none") && platformTags.includes("any");
}

function fitsPython(tag: string): boolean {
  if (tag === "py3" || tag === `cp3${MINOR}`) return true;
  const minor = /^py3(\d+)$/.exec(tag)?.[1];
  return minor !== undefined && Number(minor) <= MINOR;
}
