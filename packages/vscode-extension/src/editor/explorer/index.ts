export { explorerCommands } from "./explorer-commands.ts";
export { ExplorerTree } from "./explorer-tree.ts";
