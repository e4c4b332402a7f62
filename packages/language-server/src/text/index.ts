export { type Position, type Range, type Span, TextPositions } from "./text-positions.ts";
