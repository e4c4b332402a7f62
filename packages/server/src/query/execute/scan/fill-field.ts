import type { SqlType } from "@millrace/sql";
import type { ChunkView, ColumnView } from "../../../buffer/index.ts";
import type { NativeVector } from "../native.ts";
import {
  copyToVector,
  copyValidityToVector,
  scratchBytes,
  scratchValidity,
  scratchWords,
  setAllNull,
} from "./scratch.ts";
import { chunkIndexOf, type Selection } from "./selection.ts";
import { StringBlock } from "./strings.ts";

/** A field over all chunks of a view. */
export interface FieldColumn {
  readonly type: SqlType;
  readonly chunks: readonly ChunkView[];
  readonly views: readonly (ColumnView | undefined)[];
  /** Surviving row → older row of the same point that still holds the value. */
  readonly filledFrom: ReadonlyMap<number, number> | undefined;
}

const strings = new StringBlock();

export function fillField(vector: NativeVector, field: FieldColumn, selection: Selection): void {
  if (selection.contiguous && field.filledFrom === undefined) fillContiguous(vector, field, selection);
  else gather(vector, resolved(field, selection), field);
}

function fillContiguous(vector: NativeVector, field: FieldColumn, selection: Selection): void {
  const view = field.views[selection.chunkOf[0]!];
  const { count } = selection;
  if (view === undefined) {
    setAllNull(vector, count);
    return;
  }
  const first = selection.rowOf[0]!;
  if (field.type.kind === "utf8" || field.type.kind === "boolean" || (first & 7) !== 0) {
    gather(vector, selection, field);
    return;
  }
  const { buffer, byteOffset } = view.words;
  scratchBytes.set(new Uint8Array(buffer, byteOffset + first * 8, count * 8));
  copyToVector(vector, count * 8);
  scratchValidity.set(view.validity.subarray(first >> 3, (first + count + 7) >> 3));
  copyValidityToVector(vector, count);
}

const filled = { chunkOf: new Int32Array(0), rowOf: new Int32Array(0) };

/** The selection with the rows of merged points led to where this field's value is. */
function resolved(field: FieldColumn, selection: Selection): Selection {
  const { filledFrom, chunks } = field;
  if (filledFrom === undefined) return selection;
  if (filled.rowOf.length < selection.count) {
    filled.chunkOf = new Int32Array(selection.rowOf.length);
    filled.rowOf = new Int32Array(selection.rowOf.length);
  }
  for (let i = 0; i < selection.count; i++) {
    const chunk = selection.chunkOf[i]!;
    const row = selection.rowOf[i]!;
    const older = filledFrom.get(chunks[chunk]!.firstRow + row);
    const place = older === undefined ? chunk : chunkIndexOf(chunks, older);
    filled.chunkOf[i] = place;
    filled.rowOf[i] = older === undefined ? row : older - chunks[place]!.firstRow;
  }
  return { count: selection.count, contiguous: false, ...filled };
}

function gather(vector: NativeVector, selection: Selection, field: FieldColumn): void {
  gatherValidity(selection, field);
  if (field.type.kind === "utf8") gatherStrings(vector, selection, field);
  else if (field.type.kind === "boolean") gatherBooleans(vector, selection, field);
  else gatherWords(vector, selection, field);
  copyValidityToVector(vector, selection.count);
}

function gatherValidity(selection: Selection, field: FieldColumn): void {
  const { count, chunkOf, rowOf } = selection;
  scratchValidity.fill(0, 0, (count + 7) >> 3);
  for (let i = 0; i < count; i++) {
    const row = rowOf[i]!;
    const bits = field.views[chunkOf[i]!]?.validity;
    if (bits !== undefined && (bits[row >> 3]! & (1 << (row & 7))) !== 0) {
      scratchValidity[i >> 3]! |= 1 << (i & 7);
    }
  }
}

function isSelectedValid(i: number): boolean {
  return (scratchValidity[i >> 3]! & (1 << (i & 7))) !== 0;
}

function gatherWords(vector: NativeVector, selection: Selection, field: FieldColumn): void {
  const { count, chunkOf, rowOf } = selection;
  for (let i = 0; i < count; i++) {
    const words = field.views[chunkOf[i]!]?.words;
    if (words === undefined) continue;
    const row = rowOf[i]!;
    scratchWords[i * 2] = words[row * 2]!;
    scratchWords[i * 2 + 1] = words[row * 2 + 1]!;
  }
  copyToVector(vector, count * 8);
}

function gatherBooleans(vector: NativeVector, selection: Selection, field: FieldColumn): void {
  const { count, chunkOf, rowOf } = selection;
  for (let i = 0; i < count; i++) {
    scratchBytes[i] = isSelectedValid(i) ? field.views[chunkOf[i]!]!.words[rowOf[i]! * 2]! & 1 : 0;
  }
  copyToVector(vector, count);
}

function gatherStrings(vector: NativeVector, selection: Selection, field: FieldColumn): void {
  const { count, chunkOf, rowOf } = selection;
  strings.begin();
  for (let i = 0; i < count; i++) {
    if (isSelectedValid(i)) strings.add(i, field.views[chunkOf[i]!]!.stringBytes(rowOf[i]!));
    else strings.addEmpty(i);
  }
  strings.finish(vector, count);
}
