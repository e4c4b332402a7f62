/** One attempt to get out of the sandbox. `code` sets `result`; a text that begins with ESCAPED is an admission. */
export interface Attack {
  readonly name: string;
  /** What a success would have reached. */
  readonly reaches: string;
  readonly code: string;
  /** Leaves an interpreter behind in which later attempts would not prove anything. */
  readonly poisons?: boolean;
}

export interface Targets {
  readonly secretFile: string;
  readonly touchFile: string;
  /** Where Python sees files of the host: `mine.txt`, and `locked/file` that can be read only. */
  readonly mount: string;
  readonly port: number;
}
