/** What went wrong, in the classes the HTTP layer tells apart. */
export type PlanErrorKind = "parse" | "plan" | "schema" | "not_implemented" | "execution" | "resources";

/** A statement that cannot be run. The message is the text a user sees, already prefixed by its class. */
export class PlanError extends Error {
  readonly kind: PlanErrorKind;

  constructor(kind: PlanErrorKind, message: string) {
    super(message);
    this.name = "PlanError";
    this.kind = kind;
  }
}

export function planError(text: string): PlanError {
  return new PlanError("plan", `Error during planning: ${text}`);
}

export function schemaError(text: string): PlanError {
  return new PlanError("schema", `Schema error: ${text}`);
}

export function notImplemented(text: string): PlanError {
  return new PlanError("not_implemented", `This feature is not implemented: ${text}`);
}

export function executionError(text: string): PlanError {
  return new PlanError("execution", `Execution error: ${text}`);
}

export function resourcesError(text: string): PlanError {
  return new PlanError("resources", `Resources exhausted: ${text}`);
}
