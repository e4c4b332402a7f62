/**
 * What stood in the way of an installation:
 * - `requirement`: a requirement or a requirements file cannot be read;
 * - `resolution`: no set of versions fits together, or a package has nothing that can be installed;
 * - `index`: a package index did not answer, or not with what it promised;
 * - `wheel`: a wheel is damaged or not well-formed;
 * - `environment`: the environment directory cannot be read or written;
 * - `busy`: another installation did not end in time;
 * - `stopped`: whoever asked for it has called it off.
 */
export type PackageErrorKind =
  | "requirement"
  | "resolution"
  | "index"
  | "wheel"
  | "environment"
  | "busy"
  | "stopped";

/** The message is for users: what is wrong, why, and what to do. It never holds credentials. */
export class PackageError extends Error {
  readonly kind: PackageErrorKind;

  constructor(kind: PackageErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
