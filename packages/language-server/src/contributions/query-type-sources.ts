import type { QueryTypeSource } from "../analysis/index.ts";
import { sqlQueryTypes } from "../sql-strings/index.ts";

export const queryTypeSources: readonly QueryTypeSource[] = [...sqlQueryTypes];
