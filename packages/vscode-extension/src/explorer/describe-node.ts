import type { ExplorerNode } from "./nodes.ts";

export interface NodeText {
  /** The same for the same thing, so that open branches stay open. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** Of the editor's own icons. */
  readonly icon: string;
  /** What menus go by. */
  readonly context: string;
  readonly opens: "no" | "closed" | "open";
}

type Described = Omit<NodeText, "id" | "context"> & { readonly context?: string; readonly path: string };

/** How a line of the tree looks. */
export function describeNode(node: ExplorerNode): NodeText {
  const { path, context = node.kind, ...text } = describe(node);
  return { ...text, context, id: `${node.connection.id}/${path}` };
}

function describe(node: ExplorerNode): Described {
  switch (node.kind) {
    case "server": {
      const { name, host } = node.connection;
      const description = node.isActive ? `${host} · in use` : host;
      const icon = node.isActive ? "vm-active" : "vm";
      return { path: "", label: name, description, tooltip: host, icon, opens: "closed" };
    }
    case "database":
      return line(`db/${node.database}`, node.database, "", "database", "closed");
    case "tables":
      return line(`db/${node.database}/tables`, "Tables", counted(node.tables), "table", "open");
    case "table": {
      const { name, columns } = node.table;
      return line(`db/${node.database}/table/${name}`, name, `${columns.length} columns`, "table", "closed");
    }
    case "column": {
      const { name, kind, type } = node.column;
      const icon = { time: "clock", tag: "tag", field: "symbol-field" }[kind];
      return line(`db/${node.database}/table/${node.table}/${name}`, name, `${kind}, ${type}`, icon, "no");
    }
    case "triggers":
      return line(`db/${node.database}/triggers`, "Triggers", counted(node.triggers), "zap", "open");
    case "trigger":
      return describeTrigger(node);
    case "plugins":
      return line("plugins", "Plugins", counted(node.plugins), "extensions", "closed");
    case "plugin": {
      const { path, triggers, isPackage } = node.plugin;
      const used = triggers.length === 0 ? "no trigger" : triggers.join(", ");
      return line(`plugin/${path}`, path, used, isPackage ? "folder" : "symbol-file", "no");
    }
    case "problem":
      return line("problem", node.message, "", "warning", "no");
  }
}

function describeTrigger(node: ExplorerNode & { readonly kind: "trigger" }): Described {
  const { trigger, database, canRun } = node;
  const { name, plugin, specification, isDisabled, errorBehavior } = trigger;
  const state = isDisabled ? "disabled" : "enabled";
  return {
    path: `db/${database}/trigger/${name}`,
    label: name,
    description: isDisabled ? `${specification} · disabled` : specification,
    tooltip: `${plugin} on ${specification}, ${state}; on errors: ${errorBehavior}`,
    icon: isDisabled ? "circle-slash" : "zap",
    context: `trigger.${state}${canRun ? ".runnable" : ""}`,
    opens: "no",
  };
}

function line(
  path: string,
  label: string,
  description: string,
  icon: string,
  opens: NodeText["opens"],
): Described {
  return {
    path,
    label,
    description,
    tooltip: description === "" ? label : `${label}: ${description}`,
    icon,
    opens,
  };
}

function counted(list: readonly unknown[]): string {
  return list.length === 0 ? "none" : String(list.length);
}
