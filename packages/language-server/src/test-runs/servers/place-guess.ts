import type { ApiCall, Expression, PluginDocument } from "../../plugin-document/index.ts";
import type { PluginTexts } from "../plugin-texts/index.ts";

/** As in events: a line that is not known is 0. */
export interface GuessedPlace {
  readonly file: string;
  readonly line: number;
}

interface Candidate<Value> extends GuessedPlace {
  readonly value: Value;
}

/** A call that logs: which texts it may write, and how much of them stands in the source. */
interface LogText {
  readonly level: string;
  /** What stands between the parts that only a run knows; empty where such a part begins or ends the text. */
  readonly literals: readonly string[];
  readonly literalLength: number;
}

const LEVELS: Readonly<Record<string, string>> = { info: "INFO", warn: "WARN", error: "ERROR" };
const WRITES: ReadonlySet<string> = new Set(["write", "write_sync"]);
const WRITES_TO: ReadonlySet<string> = new Set(["write_to_db", "write_sync_to_db"]);

/** Finds the calls in the source that may have been behind a log line or a write. */
export class PlaceGuess {
  readonly #nowhere: GuessedPlace;
  readonly #logs: readonly Candidate<LogText>[];
  readonly #tables: readonly Candidate<string>[];

  constructor({ name, main, modules }: PluginTexts) {
    this.#nowhere = { file: name, line: 0 };
    const documents: [string, PluginDocument][] =
      modules === undefined ? [[name, main]] : [...modules].map(([below, it]) => [`${name}/${below}`, it]);
    const calls = documents.flatMap(([file, document]) =>
      document.apiCalls.map((call) => ({ call, document, file })),
    );
    const at = ({ call: { call }, document, file }: (typeof calls)[number]): GuessedPlace => ({
      file,
      line: document.positions.positionAt(call.from).line + 1,
    });
    this.#logs = calls.flatMap((it) => {
      const value = logText(it.call);
      return value === undefined ? [] : [{ ...at(it), value }];
    });
    this.#tables = calls.flatMap((it) => {
      const value = writtenTable(it.call, it.document);
      return value === undefined ? [] : [{ ...at(it), value }];
    });
  }

  /** Of several calls the one that says most of the text itself. */
  ofLog(level: string, message: string): GuessedPlace {
    const matching = this.#logs.filter(({ value }) => value.level === level && fits(message, value.literals));
    const best = matching.reduce<Candidate<LogText> | undefined>(
      (one, other) =>
        one === undefined || other.value.literalLength > one.value.literalLength ? other : one,
      undefined,
    );
    return best === undefined ? this.#nowhere : { file: best.file, line: best.line };
  }

  ofWrite(table: string): GuessedPlace {
    const found = this.#tables.filter(({ value }) => value === table);
    return found.length === 1 ? { file: found[0]!.file, line: found[0]!.line } : this.#nowhere;
  }

  /** Only code that Python cannot read has a line in its text. */
  ofError(message: string): GuessedPlace {
    const line = /\(<string>, line (\d+)\)/.exec(message)?.[1];
    return line === undefined ? this.#nowhere : { ...this.#nowhere, line: Number(line) };
  }
}

/** Arguments are put together with spaces between them. */
function logText({ owner, method, call }: ApiCall): LogText | undefined {
  const level = owner === "influxdb3_local" ? LEVELS[method] : undefined;
  if (level === undefined) return undefined;
  const literals = [""];
  const add = (text: string) => literals.push(`${literals.pop()}${text}`);
  call.arguments.forEach(({ value, spread }, i) => {
    if (i > 0) add(" ");
    if (spread !== undefined || value.kind !== "string") literals.push("");
    else for (const piece of value.pieces) piece.kind === "hole" ? literals.push("") : add(piece.value);
  });
  return { level, literals, literalLength: literals.join("").length };
}

/** Whether a text has the literals in their order, the first at its begin and the last at its end. */
function fits(text: string, literals: readonly string[]): boolean {
  const [first = "", ...others] = literals;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const literal of others) {
    const found = text.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return at <= text.length - last.length;
}

/** The table of the line that a call writes, where it is built by name in the same function. */
function writtenTable({ owner, method, call, place }: ApiCall, document: PluginDocument): string | undefined {
  if (owner !== "influxdb3_local") return undefined;
  const index = WRITES.has(method) ? 0 : WRITES_TO.has(method) ? 1 : undefined;
  if (index === undefined) return undefined;
  const named = call.arguments.find(({ name }) => name === "line_builder") ?? call.arguments[index];
  const given = named?.value;
  if (given === undefined) return undefined;
  const built: Expression | undefined =
    given.kind === "name" ? document.resolve(given.name, place, given.from) : given;
  const made = document.builderCalls.find(
    (it) => it.call.from === built?.from && it.call.to === built.to,
  )?.made;
  const table = made?.arguments[0]?.value;
  if (table?.kind !== "string") return undefined;
  const pieces = table.pieces.map((piece) => (piece.kind === "text" ? piece.value : undefined));
  return pieces.includes(undefined) ? undefined : pieces.join("");
}
