export { DotenvError, type Env, parseDotenv, withDotenv } from "./dotenv.ts";
export { RENAMED, withRenamed } from "./renamed.ts";
