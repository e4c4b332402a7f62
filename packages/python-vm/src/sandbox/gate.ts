import type { WallClock } from "../clock/index.ts";
import { type CompiledModule, webAssembly } from "../webassembly/index.ts";
import type { HeapViews, ImportedFunctions, ImportFunction } from "./emscripten.ts";
import { IMPORT_RULES, type ImportRule } from "./import-rules.ts";

const EPERM = 63;
const NO_SUCH_NAME = -4;
/** Byte offsets in C's `struct tm`. */
const TM_ISDST = 32;
const TM_GMTOFF = 36;
/** WASI's number of the clock that tells the time of day. */
const CLOCK_REALTIME = 0;
const WORD_BITS = 32n;
const UTC_NAME = [0x55, 0x54, 0x43, 0];

/** Thrown through the interpreter when Python code ends its process (os._exit, abort). */
export class InterpreterExit extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`the Python process was ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

export type RaisePermissionError = (text: string) => void;

/**
 * Stands between the interpreter and every JavaScript function it imports. Open while trusted code boots,
 * then locked for good: there is no way back, not even for us.
 */
export class ImportGate {
  readonly #heapMaxBytes: number;
  readonly #errorMarker = Symbol("JavaScript error marker");
  readonly #heap: HeapViews;
  readonly #wallClock: WallClock;
  #raise: RaisePermissionError | undefined;

  constructor(heap: HeapViews, heapMaxBytes: number, wallClock: WallClock) {
    this.#wallClock = wallClock;
    this.#heap = heap;
    this.#heapMaxBytes = heapMaxBytes;
  }

  lock(raisePermissionError: RaisePermissionError): void {
    this.#raise ??= raisePermissionError;
  }

  /** Checks the table against the build and wraps the functions in place, before instantiation. */
  install(module: CompiledModule, functions: ImportedFunctions): void {
    functions["Jsv_GetError_import"] = () => this.#errorMarker;
    functions["JsvError_Check"] = ((value: unknown) => Number(value === this.#errorMarker)) as ImportFunction;
    const imported = importedNames(module);
    const unnamed = imported.filter((name) => !IMPORT_RULES.has(name));
    const missing = [...IMPORT_RULES.keys()].filter((name) => !imported.includes(name) || !functions[name]);
    if (unnamed.length > 0 || missing.length > 0) {
      throw new Error(
        "The sandbox table does not fit this Pyodide build: it imports functions without a rule " +
          `[${unnamed.join(", ")}] and lacks functions with one [${missing.join(", ")}]. ` +
          "Install the Pyodide version that Millrace pins, or review sandbox/import-rules.ts.",
      );
    }
    for (const [name, rule] of IMPORT_RULES) {
      const original = functions[name]!;
      const guarded = this.#guard(name, rule, original, functions);
      if (original.sig !== undefined) guarded.sig = original.sig;
      functions[name] = guarded;
    }
  }

  #guard(
    name: string,
    rule: ImportRule,
    original: ImportFunction,
    functions: ImportedFunctions,
  ): ImportFunction {
    switch (rule) {
      case "open":
        return original;
      case "heap":
        return this.#cappedGrowth(original as (sizeBytes: number) => unknown);
      case "utc":
        return this.#utc(name, functions);
      case "wallClock":
        return name === "clock_time_get" ? this.#clockTime(original) : () => this.#wallClock.nowMs();
      default: {
        const refuse = this.#refusal(rule, name);
        return ((...args: never[]) =>
          this.#raise === undefined ? original(...args) : refuse(...(args as unknown[]))) as ImportFunction;
      }
    }
  }

  #refusal(
    rule: Exclude<ImportRule, "open" | "heap" | "utc" | "wallClock">,
    name: string,
  ): (...args: unknown[]) => unknown {
    const deniedWith = (answer: unknown) => () => {
      this.#raise?.(
        "JavaScript is out of reach in the processing engine. Use influxdb3_local, or plain Python modules.",
      );
      return answer;
    };
    switch (rule) {
      case "foreignObject":
        return deniedWith(this.#errorMarker);
      case "foreignPointer":
        return deniedWith(0);
      case "foreignCode":
        return deniedWith(-1);
      case "foreignEffect":
        return deniedWith(undefined);
      case "refused":
        return () => (name.startsWith("get") ? NO_SUCH_NAME : -EPERM);
      case "foreignTest":
      case "zero":
        return () => 0;
      case "absent":
        return () => null;
      case "ignored":
        return () => undefined;
      case "exit":
        return (code) => {
          throw new InterpreterExit(typeof code === "number" ? code : 134);
        };
    }
  }

  #cappedGrowth(original: (sizeBytes: number) => unknown): ImportFunction {
    return ((sizeBytes: number) =>
      sizeBytes >>> 0 > this.#heapMaxBytes ? 0 : original(sizeBytes)) as ImportFunction;
  }

  #clockTime(original: ImportFunction): ImportFunction {
    const otherClock = original as (clock: number, precision: bigint, target: number) => number;
    return ((clock: number, precision: bigint, target: number) => {
      if (clock !== CLOCK_REALTIME) return otherClock(clock, precision, target);
      const now = BigInt.asUintN(64, this.#wallClock.nowNs());
      const word = (target >>> 0) >>> 2;
      this.#heap.HEAPU32[word] = Number(BigInt.asUintN(32, now));
      this.#heap.HEAPU32[word + 1] = Number(now >> WORD_BITS);
      return 0;
    }) as ImportFunction;
  }

  /** Holds before the lock too: the snapshot must not carry the time zone of the machine that built it. */
  #utc(name: string, functions: ImportedFunctions): ImportFunction {
    if (name === "_mktime_js") return functions["_timegm_js"]!;
    if (name === "_localtime_js") {
      const gmtime = functions["_gmtime_js"] as (time: bigint, target: number) => void;
      return ((time: bigint, target: number) => {
        gmtime(time, target);
        this.#heap.HEAPU32.fill(0, (target + TM_ISDST) >>> 2, (target + TM_GMTOFF + 4) >>> 2);
      }) as ImportFunction;
    }
    return ((zone: number, daylight: number, standardName: number, summerName: number) => {
      this.#heap.HEAPU32[zone >>> 2] = 0;
      this.#heap.HEAPU32[daylight >>> 2] = 0;
      this.#heap.HEAPU8.set(UTC_NAME, standardName >>> 0);
      this.#heap.HEAPU8.set(UTC_NAME, summerName >>> 0);
    }) as ImportFunction;
  }
}

/** `invoke_*` functions only carry C exceptions; the linker creates them as needed. */
function importedNames(module: CompiledModule): string[] {
  return webAssembly.Module.imports(module)
    .filter((entry) => entry.kind === "function" && !entry.name.startsWith("invoke_"))
    .map((entry) => entry.name);
}
