import { homedir } from "node:os";
import path from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** Where this user's programs keep what can be made again. */
export function cacheDirectory(env: Env, platform: NodeJS.Platform = process.platform): string {
  return path.join(userCaches(env, platform), "millrace");
}

function userCaches(env: Env, platform: NodeJS.Platform): string {
  if (platform === "win32") return env["LOCALAPPDATA"] || path.join(homedir(), "AppData", "Local");
  if (platform === "darwin") return path.join(homedir(), "Library", "Caches");
  return env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache");
}
