export { type Decoded, decodeJson, decodeQuery } from "./decode.ts";
export { issueText, locatedIssueText } from "./issues.ts";
export { JsonTextError, type JsonValue, parseJson } from "./parser.ts";
