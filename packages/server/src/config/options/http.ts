import { section } from "../option-spec.ts";

/** Routes that `--disable-authz` can open. */
export const exemptRoutes = ["health", "ping", "metrics", "ready", "pprof", "node_stop"] as const;
export type ExemptRoute = (typeof exemptRoutes)[number];

function exemptRoutesProblem(text: string): string | undefined {
  const items = text.split(",").map((item) => item.trim());
  if (items.length > exemptRoutes.length) return "--disable-authz cannot take more than 6 items";
  if (items.every((item) => (exemptRoutes as readonly string[]).includes(item))) return undefined;
  return "invalid value passed in for --disable-authz, allowed values are health, ping, metrics, ready, pprof, and node_stop";
}

export const httpOptions = section("HTTP, authentication, TLS", [
  {
    name: "http-bind",
    env: ["INFLUXDB3_HTTP_BIND_ADDR", "INFLUXDB3_HTTP_BIND"],
    type: "address",
    metavar: "ADDR",
    default: "0.0.0.0:8181",
    description: "Address to listen on; port 0 takes any free port",
  },
  {
    name: "max-http-request-size",
    aliases: ["max-request-size"],
    type: "integer",
    minimum: 1,
    maximum: 1024 ** 3,
    default: "10485760",
    metavar: "BYTES",
    description: "Largest request body, before and after decompression",
  },
  {
    name: "without-auth",
    env: ["INFLUXDB3_START_WITHOUT_AUTH", "INFLUXDB3_WITHOUT_AUTH"],
    type: "boolean",
    secret: true,
    description: "Serve everyone without a token; tokens cannot be managed then",
  },
  {
    name: "disable-authz",
    type: "list",
    metavar: "ROUTES",
    description: "Routes that need no token: `health`, `ping`, `metrics`, `ready`, `pprof`, `node_stop`",
    problem: exemptRoutesProblem,
  },
  {
    name: "admin-token-file",
    type: "string",
    metavar: "FILE",
    description: "JSON file with an admin token to take over at the first start",
  },
  {
    name: "admin-token-recovery-http-bind",
    env: ["INFLUXDB3_ADMIN_TOKEN_RECOVERY_HTTP_BIND_ADDR", "INFLUXDB3_ADMIN_TOKEN_RECOVERY_HTTP_BIND"],
    type: "address",
    metavar: "ADDR",
    optionalValue: "127.0.0.1:8182",
    description: "Address that answers one unauthenticated request to replace the operator token",
  },
  { name: "tls-key", type: "string", metavar: "FILE", secret: true, description: "Private key, PEM" },
  { name: "tls-cert", type: "string", metavar: "FILE", secret: true, description: "Certificate chain, PEM" },
  {
    name: "tls-minimum-version",
    type: "string",
    default: "tls-1.2",
    description: "`tls-1.2` or `tls-1.3`",
    problem: (text) =>
      text === "tls-1.2" || text === "tls-1.3"
        ? undefined
        : "Valid minimum version strings are tls-1.2 and tls-1.3",
  },
  {
    name: "tcp-listener-file-path",
    env: ["INFLUXDB3_TCP_LISTINER_FILE_PATH", "INFLUXDB3_TCP_LISTENER_FILE_PATH"],
    type: "string",
    metavar: "FILE",
    hidden: true,
    description: "New file that receives the address once the server listens",
  },
  {
    name: "admin-token-recovery-tcp-listener-file-path",
    type: "string",
    metavar: "FILE",
    hidden: true,
    description: "The same for the recovery address",
  },
]);
