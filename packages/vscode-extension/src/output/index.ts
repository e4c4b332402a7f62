export { Redactor } from "./redactor.ts";
