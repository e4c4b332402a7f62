export { sqlCheck } from "./sql-checks.ts";
