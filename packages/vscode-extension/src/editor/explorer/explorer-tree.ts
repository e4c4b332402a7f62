import * as vscode from "vscode";
import { childrenOf, describeNode, type ExplorerNode, type NodeText } from "../../explorer/index.ts";
import type { Connections } from "../connections/index.ts";

const STATES: Readonly<Record<NodeText["opens"], vscode.TreeItemCollapsibleState>> = {
  no: vscode.TreeItemCollapsibleState.None,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
  open: vscode.TreeItemCollapsibleState.Expanded,
};

/** Servers with their databases, tables, triggers and plugins. */
export class ExplorerTree implements vscode.TreeDataProvider<ExplorerNode>, vscode.Disposable {
  readonly #connections: Connections;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  #shown = "";

  constructor(connections: Connections) {
    this.#connections = connections;
    // How the server is changes now and then; the tree only with the list.
    this.#subscription = connections.onDidChange(() => {
      const { all, active } = connections.book;
      const shown = JSON.stringify([all, active?.id]);
      if (shown === this.#shown) return;
      this.#shown = shown;
      this.refresh();
    });
  }

  refresh(): void {
    this.#changed.fire();
  }

  getTreeItem(node: ExplorerNode): vscode.TreeItem {
    const { id, label, description, tooltip, icon, context, opens } = describeNode(node);
    const item = new vscode.TreeItem(label, STATES[opens]);
    item.id = id;
    item.description = description;
    item.tooltip = tooltip;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.contextValue = context;
    return item;
  }

  async getChildren(node?: ExplorerNode): Promise<ExplorerNode[]> {
    const { book } = this.#connections;
    if (node !== undefined) return childrenOf(node, (connection) => this.#connections.server(connection));
    const { all, active } = book;
    return all.map((connection) => ({ kind: "server", connection, isActive: connection.id === active?.id }));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
