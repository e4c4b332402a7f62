import { InconsistentLogError } from "../commit-log/index.ts";
import type { CatalogOperation } from "./operations.ts";
import type { DatabaseRecord } from "./records.ts";
import type { TriggerInfo } from "./types.ts";

export type TriggerOperation = Extract<
  CatalogOperation,
  { op: "create-trigger" | "update-trigger" | "set-trigger-disabled" | "delete-trigger" }
>;

export interface TriggerChange {
  readonly kind: "trigger-created" | "trigger-updated" | "trigger-deleted";
  /** As it is with the change. */
  readonly database: DatabaseRecord;
  readonly trigger: TriggerInfo;
}

/** Applies an operation on a trigger to its database. */
export function changeTrigger(before: DatabaseRecord, operation: TriggerOperation): TriggerChange {
  if (operation.op === "create-trigger") {
    const { op: _, ...written } = operation;
    // Logs from before there were reasons do not have one.
    const trigger = { ...written, disabledReason: written.disabledReason ?? null };
    return { kind: "trigger-created", database: before.withTrigger(trigger), trigger };
  }
  const trigger = before.trigger(operation.name);
  if (trigger === undefined) {
    throw new InconsistentLogError(`trigger '${operation.name}' does not exist`);
  }
  if (operation.op === "delete-trigger") {
    return { kind: "trigger-deleted", database: before.withoutTrigger(operation.name), trigger };
  }
  const changed = { ...trigger, ...changesOf(operation) };
  return { kind: "trigger-updated", database: before.withTrigger(changed), trigger: changed };
}

function changesOf(
  operation: Extract<TriggerOperation, { op: "update-trigger" | "set-trigger-disabled" }>,
): Partial<TriggerInfo> {
  if (operation.op === "set-trigger-disabled") {
    const { disabled, reason = null } = operation;
    return { disabled, disabledReason: disabled ? reason : null };
  }
  const { op: _op, database: _database, name: _name, ...changes } = operation;
  return changes;
}
