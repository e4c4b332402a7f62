export interface TableColumn {
  readonly name: string;
  readonly kind: "time" | "tag" | "field";
  readonly type: string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly TableColumn[];
}

export interface Trigger {
  readonly name: string;
  readonly plugin: string;
  /** As it was written: `table:home`, `every:10s`, … */
  readonly specification: string;
  readonly isDisabled: boolean;
  readonly errorBehavior: string;
}

export interface Plugin {
  readonly path: string;
  readonly isPackage: boolean;
  /** Triggers that run it, as `database/name`. */
  readonly triggers: readonly string[];
}
