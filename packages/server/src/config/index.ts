export { buildServerConfig, generatedNodeId } from "./build.ts";
export type { Machine } from "./machine.ts";
export { ConfigError, type OptionSpec, type OptionType } from "./option-spec.ts";
export { type ExemptRoute, serveOptions } from "./options/index.ts";
export type {
  AuthConfig,
  EngineConfig,
  HttpConfig,
  LogConfig,
  PackagesConfig,
  PluginLimitsConfig,
  QueryConfig,
  S3Config,
  S3Credentials,
  ServerConfig,
  StorageConfig,
  StoreConfig,
  TlsConfig,
  WalConfig,
} from "./server-config.ts";
export type { Environment, OptionValue } from "./settings.ts";
export { displayName, invalidValue, type SocketAddress } from "./value.ts";
