import type { TestInput, TriggerKind } from "../protocol/index.ts";
import type { OnEvent } from "./answer.ts";
import type { PluginTexts } from "./plugin-texts/index.ts";

/** An entry point that is to be called once. */
export interface EntryRun {
  readonly plugin: PluginTexts;
  readonly trigger: TriggerKind;
  readonly input: TestInput;
  readonly database: string;
  readonly timeoutMs: number;
  readonly allowNetwork: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
}

/** What a plugin of written data gets when nobody said what. */
export const SAMPLE_LINE = "sample,host=a value=1.0";
export const SAMPLE_NOTE = `No input was given, so the plugin got the line '${SAMPLE_LINE}'.`;

export function linesOf({ lineProtocol }: TestInput): string {
  return lineProtocol ?? SAMPLE_LINE;
}

export function notesOf({ trigger, input }: EntryRun): string[] {
  return trigger === "writes" && input.lineProtocol === undefined ? [SAMPLE_NOTE] : [];
}

export function bodyOf({ request }: TestInput): Uint8Array {
  const { body = "", bodyBase64 } = request ?? {};
  return bodyBase64 === undefined ? Buffer.from(body) : Buffer.from(bodyBase64, "base64");
}
