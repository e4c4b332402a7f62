export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface Route {
  methods: readonly Method[];
  path: string;
  /** `token`: any valid token. `none`: open to everyone. `exemptable`: `--disable-authz` can open it. */
  auth: "token" | "none" | "exemptable";
}

function route(methods: string, path: string, auth: Route["auth"] = "token"): Route {
  return { methods: methods.split(" ") as Method[], path, auth };
}

/**
 * The routes of the contract. Matching is by exact method and exact path: no trailing slash, no folding of
 * case. Stated in docs/reference/http-api.md, "Routes".
 */
export const routes = {
  writeLp: route("POST", "/api/v3/write_lp"),
  writeV2: route("POST", "/api/v2/write"),
  writeV1: route("POST", "/write"),
  querySql: route("GET POST", "/api/v3/query_sql"),
  queryInfluxql: route("GET POST", "/api/v3/query_influxql"),
  queryV1: route("GET POST", "/query"),
  health: route("GET", "/health", "exemptable"),
  healthV1: route("GET", "/api/v1/health", "exemptable"),
  ping: route("GET POST", "/ping", "exemptable"),
  metrics: route("GET", "/metrics", "exemptable"),
  database: route("GET POST PUT DELETE", "/api/v3/configure/database"),
  retentionPeriod: route("POST DELETE", "/api/v3/configure/database/retention_period"),
  table: route("POST DELETE", "/api/v3/configure/table"),
  trigger: route("POST DELETE", "/api/v3/configure/processing_engine_trigger"),
  enableTrigger: route("POST", "/api/v3/configure/processing_engine_trigger/enable"),
  disableTrigger: route("POST", "/api/v3/configure/processing_engine_trigger/disable"),
  testWalPlugin: route("POST", "/api/v3/plugin_test/wal"),
  testSchedulePlugin: route("POST", "/api/v3/plugin_test/schedule"),
  pluginFiles: route("POST PUT", "/api/v3/plugins/files"),
  pluginDirectory: route("PUT", "/api/v3/plugins/directory"),
  installPackages: route("POST", "/api/v3/configure/plugin_environment/install_packages"),
  installRequirements: route("POST", "/api/v3/configure/plugin_environment/install_requirements"),
  createAdminToken: route("POST", "/api/v3/configure/token/admin", "none"),
  regenerateAdminToken: route("POST", "/api/v3/configure/token/admin/regenerate"),
  createNamedToken: route("POST", "/api/v3/configure/token/named_admin"),
  token: route("DELETE", "/api/v3/configure/token"),
  capabilities: route("GET", "/api/millrace/v1/capabilities"),
  updateTrigger: route("PUT", "/api/millrace/v1/triggers"),
  runTrigger: route("POST", "/api/millrace/v1/triggers/run"),
  testRequestPlugin: route("POST", "/api/millrace/v1/plugin_test/request"),
  plugins: route("GET", "/api/millrace/v1/plugins"),
  pluginContent: route("GET", "/api/millrace/v1/plugins/files"),
  packages: route("GET", "/api/millrace/v1/packages"),
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

/** Everything below this prefix is the path of a request trigger (`GET` and `POST`). */
export const ENGINE_PREFIX = "/api/v3/engine/";

/** With `--without-auth` every path that starts like this is refused. */
export const TOKEN_PREFIX = "/api/v3/configure/token";
