export { redactedChannel } from "./redacted-channel.ts";
