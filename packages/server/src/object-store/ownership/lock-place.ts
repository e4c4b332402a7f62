/** Where the numbered locks of a node lie. */
export interface LockPlace {
  /** For messages: `data directory /x/y`. */
  readonly name: string;
  /** For messages: the options that choose another place. */
  readonly options: string;
  /** Of all locks. */
  numbers(): Promise<number[]>;
  /** False when the number is taken, or the attempt came too late. */
  create(number: number, content: Uint8Array): Promise<boolean>;
  /** Undefined when there is no such lock. */
  read(number: number): Promise<Uint8Array | undefined>;
  replace(number: number, content: Uint8Array): Promise<void>;
  /** One that is not there is no error. */
  remove(number: number): Promise<void>;
  /** Shows that the owner lives; false when the lock is gone. */
  beat(number: number, content: Uint8Array): Promise<boolean>;
  /** Differs after each beat; undefined when there is no such lock. */
  pulse(number: number): Promise<string | undefined>;
  /** The lock as a file, where it is one. */
  fileOf(number: number): string | undefined;
  readonly heartbeat: Heartbeat;
}

export interface Heartbeat {
  readonly intervalMs: number;
  /** An owner that cannot be asked is gone when its lock stands still for this long. */
  readonly silenceMs: number;
  /** Between two looks at the lock of another. */
  readonly watchMs: number;
}

const NAME = /^owner-(\d{10})\.lock$/;

export function lockName(number: number): string {
  return `owner-${String(number).padStart(10, "0")}.lock`;
}

export function lockNumber(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
