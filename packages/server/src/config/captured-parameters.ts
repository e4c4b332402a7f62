import type { OptionSpec } from "./option-spec.ts";

const MASK = "*******";
const SECRET_WORDS = /password|secret|token|credential|auth|key/;

/** Options the user set, as stored in `system.nodes.cli_params`: a JSON object of texts, secrets masked. */
export function capturedParameters(given: Iterable<{ option: OptionSpec; text: string }>): string {
  const captured: Record<string, string> = {};
  for (const { option, text } of given) {
    captured[option.name] = option.secret || SECRET_WORDS.test(option.name) ? MASK : text;
  }
  return JSON.stringify(captured);
}
