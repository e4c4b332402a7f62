import assert from "node:assert/strict";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryDirectory } from "./support/directories.ts";
import { type ServerOptions, startServer } from "./support/server.ts";

describe("a server that cannot start", function () {
  this.timeout(60_000);

  async function refused(options: ServerOptions, text: string): Promise<void> {
    await assert.rejects(startServer(options), (error: Error) => {
      assert.ok(error.message.includes(`Serve command failed: ${text}`), error.message);
      return true;
    });
  }

  function danglingLink(): string {
    const link = path.join(temporaryDirectory("start"), "link");
    symlinkSync(`${link}-to-nowhere`, link);
    return link;
  }

  it("names the data directory, what is wrong with it and the option", async () => {
    const link = danglingLink();
    const reason = "a symbolic link of that name leads to a place that does not exist";
    const how = "Make it a directory that this user can write to, or choose another one with --data-dir";
    await refused({ dataDir: link }, `Unable to create database directory "${link}": ${reason}. ${how}`);
    const below = path.join(link, "data");
    await refused(
      { dataDir: below },
      `Unable to create database directory "${below}": ${reason} (at "${link}"). ${how}`,
    );
  });

  it("ends where no directory can ever be made", async () => {
    // Linux lets nobody make one there, and says each time that the parent is missing.
    const impossible = existsSync("/proc/self") ? "/proc/nope" : path.join(danglingLink(), "x");
    await refused({ dataDir: impossible }, `Unable to create database directory "${impossible}": `);
    await refused({ pluginDir: impossible }, `Unable to create plugin directory "${impossible}": `);
  });

  it("names the TLS file that is missing, empty or no key", async () => {
    const directory = temporaryDirectory("start");
    const key = path.join(directory, "key.pem");
    const args = ["--tls-key", key, "--tls-cert", key];
    await refused({ args }, `Unable to read the TLS file "${key}": no such file or directory. Name `);
    writeFileSync(key, "");
    await refused({ args }, `The TLS file "${key}" holds no PEM text. Name a PEM file with --tls-key`);
    writeFileSync(key, "-----BEGIN NOTHING-----\n");
    await refused({ args }, `Unable to use the TLS key "${key}" with the certificate "${key}": `);
  });

  it("names the token file that is missing", async () => {
    const file = path.join(temporaryDirectory("start"), "token.json");
    await refused(
      { args: ["--admin-token-file", file] },
      `Token error: Failed to read admin token file metadata: "${file}": no such file or directory. ` +
        "Name a readable file with --admin-token-file",
    );
  });
});
