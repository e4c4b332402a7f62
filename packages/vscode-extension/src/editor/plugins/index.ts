export { newPlugin } from "./new-plugin.ts";
