import type { FileErrorCode, FileStat } from "@millrace/python-vm";

/** One call of an interpreter on files of the host: the methods of `HostFiles`. */
export type FileCall =
  | { readonly op: "stat"; readonly path: string }
  | { readonly op: "list"; readonly path: string }
  | { readonly op: "read"; readonly path: string; readonly offset: number; readonly length: number }
  | { readonly op: "write"; readonly path: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly op: "truncate"; readonly path: string; readonly sizeBytes: number }
  | { readonly op: "create"; readonly path: string; readonly kind: "file" | "directory" }
  | { readonly op: "remove"; readonly path: string; readonly kind: "file" | "directory" }
  | { readonly op: "rename"; readonly path: string; readonly to: string };

export type FileReply =
  | { readonly ok: true; readonly value: FileStat | readonly string[] | Uint8Array | null }
  | { readonly ok: false; readonly code: FileErrorCode };

/** Where in the plugin a call was made; `file` is relative to the directory of a package, null for a single file. */
export interface FilePlace {
  readonly file: string | null;
  readonly line: number | null;
}
