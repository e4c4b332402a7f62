/** Byte 0 is the signal number Python polls; word 1 counts wake-ups, so that a waiter can never miss one. */
const INTERRUPT_BYTE = 0;
const WAKE_WORD = 1;
const SIZE_BYTES = 8;
const SIGINT = 2;

/** The few shared words through which a host reaches an interpreter that is busy or asleep. */
export class ControlWords {
  readonly buffer: SharedArrayBuffer;
  /** What Python's signal poll reads and clears. */
  readonly signalByte: Uint8Array;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(SIZE_BYTES)) {
    this.buffer = buffer;
    this.signalByte = new Uint8Array(buffer, INTERRUPT_BYTE, 1);
    this.#words = new Int32Array(buffer);
  }

  /** Wakes the interpreter when it waits for a reply; called after each reply was posted. */
  wake(): void {
    Atomics.add(this.#words, WAKE_WORD, 1);
    Atomics.notify(this.#words, WAKE_WORD);
  }

  interrupt(): void {
    Atomics.store(this.signalByte, 0, SIGINT);
    this.wake();
  }

  clearInterrupt(): void {
    Atomics.store(this.signalByte, 0, 0);
  }

  get interrupted(): boolean {
    return Atomics.load(this.signalByte, 0) !== 0;
  }

  /** Take this before looking for a reply and give it to `sleep`: a reply posted in between ends the sleep at once. */
  get wakeCount(): number {
    return Atomics.load(this.#words, WAKE_WORD);
  }

  sleep(wakeCount: number, timeoutMs: number): void {
    Atomics.wait(this.#words, WAKE_WORD, wakeCount, timeoutMs);
  }
}
