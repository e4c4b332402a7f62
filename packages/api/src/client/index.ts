export { parseBaseUrl, routeUrl } from "./base-url.ts";
export { ApiError, BaseUrlError, ConnectError, type ConnectFailure, ResponseError } from "./errors.ts";
export { type ClientOptions, InfluxClient, type WriteOptions } from "./influx-client.ts";
export {
  readBytes,
  readText,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";
