import assert from "node:assert/strict";
import { hashToken } from "#src/auth/index.js";
import { hasCode, NOW_MS, openCatalog } from "./rig.ts";

describe("tokens", () => {
  it("begin with one operator token", async () => {
    const { catalog } = await openCatalog();
    await assert.rejects(
      catalog.tokenCommands.regenerateAdmin(),
      hasCode("admin_token_missing", "missing admin token, cannot update"),
    );
    const { token, info } = await catalog.tokenCommands.createAdmin();
    assert.match(token, /^apiv3_.{86}$/);
    assert.deepEqual(info, {
      id: 0,
      name: "_admin",
      hash: hashToken(token),
      createdAtMs: NOW_MS,
      expiryMs: null,
    });
    assert.equal(catalog.tokenByHash(hashToken(token)), info);
    await assert.rejects(
      catalog.tokenCommands.createAdmin(),
      hasCode("token_name_taken", "token name already exists, _admin"),
    );
  });

  it("are replaced at once", async () => {
    const rig = await openCatalog();
    const { catalog } = rig;
    const old = await catalog.tokenCommands.createAdmin();
    const fresh = await catalog.tokenCommands.regenerateAdmin();
    assert.equal(catalog.tokenByHash(old.info.hash), undefined);
    assert.equal(fresh.info.id, 0);
    assert.equal((await rig.reopen()).catalog.tokenByHash(hashToken(fresh.token))?.name, "_admin");
  });

  it("may have names and an end", async () => {
    const { catalog } = await openCatalog();
    const { info } = await catalog.tokenCommands.createNamed("ops", 60);
    assert.equal(info.expiryMs, NOW_MS + 60_000);
    await assert.rejects(catalog.tokenCommands.createNamed("ops", null), hasCode("token_name_taken"));
    await catalog.tokenCommands.remove("ops");
    assert.equal(catalog.tokenByHash(info.hash), undefined);
    await assert.rejects(catalog.tokenCommands.remove("ops"), hasCode("resource_not_found"));
    await assert.rejects(catalog.tokenCommands.remove("_admin"), hasCode("operator_token_delete"));
  });

  it("made elsewhere are taken over once", async () => {
    const { catalog } = await openCatalog();
    const token = { text: "apiv3_x", name: "_admin", expiryMs: 5 };
    assert.equal(await catalog.tokenCommands.adopt(token), true);
    assert.equal(await catalog.tokenCommands.adopt({ ...token, text: "apiv3_y" }), false);
    assert.equal(catalog.tokenByHash(hashToken("apiv3_x"))?.expiryMs, 5);
  });
});
