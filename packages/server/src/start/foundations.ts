import type { ServerConfig } from "../config/index.ts";
import type { Clock, Logger } from "../foundation/index.ts";
import type { OpenStore } from "../object-store/index.ts";
import type { OwnPlace } from "./own-place.ts";

/** What every part is built on. */
export interface Foundations {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: OpenStore;
  /** Where plugins may reach this server. */
  readonly ownPlace: OwnPlace;
  /** Something broke that the server cannot go on without. */
  readonly onFatal: (error: Error) => void;
}
