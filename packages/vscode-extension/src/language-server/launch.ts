import path from "node:path";

export interface LaunchOptions {
  /** The folder that the extension is installed in. */
  readonly extensionDirectory: string;
  /** The program that the extension runs in. */
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ServerLaunch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How the language server is started: by the editor's own Node, so that none has to be installed. */
export function launch({ extensionDirectory, program, env }: LaunchOptions): ServerLaunch {
  const { NODE_OPTIONS: _, ...rest } = env;
  return {
    command: program,
    args: [path.join(extensionDirectory, "server", "start.mjs"), "--stdio"],
    env: { ...rest, ELECTRON_RUN_AS_NODE: "1" },
  };
}
