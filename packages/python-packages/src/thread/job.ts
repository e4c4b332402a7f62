import type { PackageErrorKind } from "../foundation/index.ts";
import type { InstallResult } from "../installer/index.ts";

/** What a thread is to do. */
export interface InstallJob {
  /** The environment directory. */
  readonly directory: string;
  readonly packageIndex: string | undefined;
  /** Variables of pip and uv. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly what:
    | { readonly requests: readonly string[]; readonly baseDirectory: string | undefined }
    /** A requirements file, with the text of every file that it needs, by path. */
    | { readonly file: string; readonly texts: Readonly<Record<string, string>> };
}

/** What a thread tells. */
export type FromThread =
  | { readonly kind: "report"; readonly message: string }
  | { readonly kind: "done"; readonly result: InstallResult }
  | {
      readonly kind: "failed";
      readonly error: { readonly kind: PackageErrorKind; readonly message: string };
    };
