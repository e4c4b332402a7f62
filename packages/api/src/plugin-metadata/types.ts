/** What a plugin can be run by, in the words of its docstring. */
export const METADATA_KINDS = ["scheduled", "onwrite", "http"] as const;
export type MetadataKind = (typeof METADATA_KINDS)[number];

/** The function that a plugin of a kind has to define. */
export const ENTRY_POINTS: Readonly<Record<MetadataKind, string>> = {
  scheduled: "process_scheduled_call",
  onwrite: "process_writes",
  http: "process_request",
};

/** A trigger argument that the plugin understands. */
export interface PluginArgument {
  readonly name: string;
  readonly example: string;
  readonly description: string;
  readonly required: boolean;
}

export interface PluginMetadata {
  readonly kinds: readonly MetadataKind[];
  /** Empty where the docstring says nothing of a kind. */
  readonly arguments: Readonly<Record<MetadataKind, readonly PluginArgument[]>>;
}

export interface MetadataProblem {
  /** A hint is of no consequence to anybody but readers. */
  readonly severity: "error" | "hint";
  readonly message: string;
}

export interface ReadMetadata {
  /** Undefined: the source has none, or none that can be read. */
  readonly metadata: PluginMetadata | undefined;
  /** Where its JSON lies in the source. */
  readonly range: { readonly start: number; readonly end: number } | undefined;
  readonly problems: readonly MetadataProblem[];
}
