import type { HoverSource } from "../analysis/index.ts";
import { entryPointHover } from "../python-features/index.ts";
import { sqlHovers } from "../sql-strings/index.ts";

/** The first that has something to say is heard. */
export const hoverSources: readonly HoverSource[] = [...sqlHovers, entryPointHover];
