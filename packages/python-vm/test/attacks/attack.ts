/** One attempt to get out of the sandbox. `code` sets `result`; a text that begins with ESCAPED is an admission. */
export interface Attack {
  readonly name: string;
  /** What a success would have reached. */
  readonly reaches: string;
  readonly code: string;
}

export interface Targets {
  readonly secretFile: string;
  readonly touchFile: string;
  readonly port: number;
}
