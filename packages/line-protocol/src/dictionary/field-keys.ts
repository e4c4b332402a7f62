import type { ByteSource } from "../foundation/index.ts";
import { decodeName, KEY } from "../names/index.ts";
import { ByteDictionary } from "./byte-dictionary.ts";
import { hashBytes, mixWord } from "./hash.ts";
import { ID, NO_RECORD, SLOT } from "./record.ts";

/** The fields of one measurement: dense ids from 0 in order of first sight. */
export class MeasurementFields {
  private readonly names: string[] = [];
  private readonly slots: number[] = [];
  private readonly idByName = new Map<string, number>();

  get count(): number {
    return this.names.length;
  }

  name(fieldKeyId: number): string {
    const name = this.names[fieldKeyId];
    if (name === undefined) throw new RangeError(`No field key has the id ${fieldKeyId}.`);
    return name;
  }

  idOf(name: string): number | undefined {
    return this.idByName.get(name);
  }

  slotOf(fieldKeyId: number): number {
    return this.slots[fieldKeyId]!;
  }

  add(name: string, slot: number): number {
    const id = this.names.length;
    this.names.push(name);
    this.slots.push(slot);
    this.idByName.set(name, id);
    return id;
  }
}

/**
 * Field keys as written, *with* the `=` that ends them, so that one comparison of words finds key and
 * separator. Different spellings of one name (`f\,x` and `f,x`) are different records with the same id.
 */
export class FieldKeys {
  readonly dictionary = new ByteDictionary();
  private readonly seed: number;
  private fieldCount = 0;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** Number of fields of all measurements: the size of a table indexed by slot. */
  get slotCount(): number {
    return this.fieldCount;
  }

  find(source: ByteSource, start: number, end: number, measurementId: number): number {
    const hash = hashBytes(source, start, end - start, mixWord(this.seed, measurementId));
    return this.dictionary.find(source, start, end - start, hash, measurementId);
  }

  /** The record of the key in `[start, end)`, added when it is new. */
  resolve(
    source: ByteSource,
    start: number,
    end: number,
    measurementId: number,
    fields: MeasurementFields,
  ): number {
    const known = this.find(source, start, end, measurementId);
    if (known !== NO_RECORD) return known;
    const name = decodeName(source.bytes, start, end - 1, KEY);
    const id = fields.idOf(name) ?? fields.add(name, this.fieldCount++);
    const hash = hashBytes(source, start, end - start, mixWord(this.seed, measurementId));
    const header = { id, owner: measurementId, slot: fields.slotOf(id) };
    return this.dictionary.add(source, start, end - start, hash, header);
  }

  idOf(record: number): number {
    return this.dictionary.words[record + ID]!;
  }

  slotOf(record: number): number {
    return this.dictionary.words[record + SLOT]!;
  }
}
