export { timeZoneFile, timeZoneNames } from "./zones.ts";
