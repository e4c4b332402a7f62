import type { NodeCatalog } from "../catalog/index.ts";
import type { ServerConfig } from "../config/index.ts";
import type { Logger } from "../foundation/index.ts";

/** `--gen1-duration` holds for good from the first start on. Resolves to the one that holds, in milliseconds. */
export async function adoptGen1Duration(
  config: ServerConfig,
  catalog: NodeCatalog,
  logger: Logger,
): Promise<number> {
  const asked = config.storage.gen1DurationMs / 1000;
  const held = await catalog.adoptGen1Duration(asked);
  if (held !== asked) {
    logger.warn("--gen1-duration differs from that of the first start, which stays", {
      asked_seconds: asked,
      held_seconds: held,
    });
  }
  return held * 1000;
}
