export { HostCaches } from "./host-caches.ts";
