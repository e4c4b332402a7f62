import type { NodeCatalog } from "../catalog/index.ts";
import type { ServerConfig } from "../config/index.ts";
import type { Logger } from "../foundation/index.ts";

/** `--gen1-duration` holds for good from the first start on: the one that holds, in seconds. */
export function heldGen1Duration(
  config: ServerConfig,
  catalog: Pick<NodeCatalog, "gen1DurationSeconds">,
  logger: Logger,
): number {
  const asked = config.storage.gen1DurationMs / 1000;
  const held = catalog.gen1DurationSeconds ?? asked;
  if (held !== asked) {
    logger.warn("--gen1-duration differs from that of the first start, which stays", {
      asked_seconds: asked,
      held_seconds: held,
    });
  }
  return held;
}
