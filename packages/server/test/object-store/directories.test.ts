import assert from "node:assert/strict";
import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DirectoryError, ensureDirectory, nodeFileSystem } from "#src/object-store/index.js";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { FaultyFileSystem } from "./faulty-file-system.ts";

describe("making a directory", () => {
  const directory = temporaryDirectory();
  const at = (...names: string[]) => path.join(directory.path, ...names);

  async function refused(wanted: string, reason: string, fs = nodeFileSystem): Promise<void> {
    await assert.rejects(ensureDirectory(fs, wanted), (error: unknown) => {
      assert.ok(error instanceof DirectoryError);
      assert.equal(error.reason, reason);
      assert.equal(error.message, `cannot create the directory "${wanted}": ${reason}`);
      return true;
    });
  }

  it("makes what is missing above it, and syncs each new name and the one that was found", async () => {
    const fs = new FaultyFileSystem();
    const syncs = (): number => fs.steps.filter((step) => step === "syncDirectory").length;
    await ensureDirectory(fs, at("a", "b", "c"));
    assert.ok(statSync(at("a", "b", "c")).isDirectory());
    assert.equal(syncs(), 4);
    await ensureDirectory(fs, at("a", "b", "c"));
    assert.equal(syncs(), 6);
  });

  it("takes one that is there although what it is in cannot be read, and no other failure", async () => {
    const fs = new FaultyFileSystem();
    let code = "EACCES";
    fs.fault = (step) => (step === "syncDirectory" ? code : undefined);
    await ensureDirectory(fs, directory.path);
    code = "EIO";
    await assert.rejects(ensureDirectory(fs, directory.path), /EIO/);
  });

  it("takes a symbolic link to a directory for one", async () => {
    mkdirSync(at("real"));
    symlinkSync(at("real"), at("link"));
    await ensureDirectory(nodeFileSystem, at("link", "below"));
    assert.ok(statSync(at("real", "below")).isDirectory());
  });

  it("refuses a symbolic link that leads nowhere, and what would lie below it", async () => {
    symlinkSync(at("nowhere", "x"), at("link"));
    const reason = "a symbolic link of that name leads to a place that does not exist";
    await refused(at("link"), reason);
    await refused(at("link", "a", "b"), `${reason} (at "${at("link")}")`);
  });

  it("refuses a file, a place below a file, and a link to itself", async () => {
    writeFileSync(at("file"), "");
    await refused(at("file"), "a file of that name is there already");
    await refused(at("file", "x"), "part of the path is a file, not a directory");
    symlinkSync(at("circle"), at("circle"));
    await refused(at("circle"), "symbolic links there lead in a circle");
  });

  it("gives up where the system lets nobody make one, as below /proc", async () => {
    const fs = new FaultyFileSystem();
    const make = fs.makeDirectory.bind(fs);
    fs.makeDirectory = async (place) => {
      if (place !== at("impossible")) return await make(place);
      throw Object.assign(new Error("ENOENT: no such file or directory"), { code: "ENOENT" });
    };
    const reason = `the system allows no new directory in "${directory.path}"`;
    await refused(at("impossible"), reason, fs);
    await refused(at("impossible", "x"), `${reason} (at "${at("impossible")}")`, fs);
  });

  it("keeps the code of a disk that is full", async () => {
    const fs = new FaultyFileSystem();
    fs.fault = (step) => (step === "makeDirectory" ? "ENOSPC" : undefined);
    await assert.rejects(ensureDirectory(fs, at("a")), { code: "ENOSPC" });
    await refused(at("a"), "no space is left on the disk", fs);
  });
});
