export { RequestEndpoint } from "./request-endpoint.ts";
export { RequestRoutes } from "./request-routes.ts";
