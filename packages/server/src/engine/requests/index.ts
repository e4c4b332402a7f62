export { requestOf, statusProblem } from "./http-request.ts";
export { RequestEndpoint } from "./request-endpoint.ts";
export { RequestRoutes } from "./request-routes.ts";
