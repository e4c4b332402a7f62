export { childrenOf, type ServerFor } from "./children.ts";
export { describeNode, type NodeText } from "./describe-node.ts";
export type { ExplorerNode } from "./nodes.ts";
