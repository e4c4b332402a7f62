import type { CodeLensSource } from "../analysis/index.ts";
import { entryPointLenses } from "../lenses/index.ts";

export const codeLensSources: readonly CodeLensSource[] = [entryPointLenses];
