import type { ServerConfig } from "../config/index.ts";
import type { Clock, Logger } from "../foundation/index.ts";
import { createRecoveryHandler, type HttpParts, type Listener, listen } from "../http/index.ts";
import { listenOptions, writeAddressFile } from "./listening.ts";

/** `--admin-token-recovery-http-bind`: a listener that gives out a new operator token once, and then is gone. */
export async function startRecovery(
  config: ServerConfig,
  parts: { readonly http: HttpParts; readonly logger: Logger },
  clock: Clock,
): Promise<Listener | undefined> {
  const { recovery } = config.auth;
  if (recovery === undefined) return undefined;
  let listener: Listener | undefined;
  const handler = createRecoveryHandler(parts.http, () => void listener?.close(0));
  const options = await listenOptions(recovery.bind, "--admin-token-recovery-http-bind", config.http.tls);
  listener = await listen(handler, options, clock);
  const addressOption = "--admin-token-recovery-tcp-listener-file-path";
  await writeAddressFile(recovery.addressFile, addressOption, listener.address);
  parts.logger.warn("anyone who reaches the recovery address can replace the operator token", {
    address: listener.address,
  });
  return listener;
}
