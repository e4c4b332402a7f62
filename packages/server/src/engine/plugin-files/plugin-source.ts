import type { PluginCode } from "@millrace/plugin-runtime";

/** Where a trigger's code comes from. */
export interface PluginSource {
  /** The last that could be read. */
  readonly code: PluginCode;
  /**
   * Looks for changes first. The same object as before when there are none; what cannot be read leaves the last good
   * code in use, see docs/reference/triggers.md, "Plugin files".
   */
  refresh(): Promise<PluginCode>;
}

/** Code that never changes: what was fetched from a repository. */
export class FixedSource implements PluginSource {
  readonly code: PluginCode;

  constructor(code: PluginCode) {
    this.code = code;
  }

  async refresh(): Promise<PluginCode> {
    return this.code;
  }
}
