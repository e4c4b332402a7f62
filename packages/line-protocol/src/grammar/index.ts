export { scanLine } from "./scan-line.ts";
export { booleanLength, endOfFloat } from "./scan-value.ts";
export { endOfLine, isSelfContained, startOfPoint } from "./split.ts";
export { Syntax } from "./syntax.ts";
