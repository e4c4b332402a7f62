import { generateToken, hashToken, OPERATOR_TOKEN } from "../auth/index.ts";
import { ServerError } from "../foundation/index.ts";
import type { CatalogCore } from "./core.ts";
import type { CatalogState } from "./state.ts";
import type { IssuedToken, TokenCommands, TokenInfo } from "./types.ts";

/** When a token ends, from when it was created; null: never. */
type ExpiryOf = (createdAtMs: number) => number | null;

/** Tokens are kept as hashes: what is issued here is the only copy of the text. */
export class TokenAdministration implements TokenCommands {
  readonly #core: CatalogCore;

  constructor(core: CatalogCore) {
    this.#core = core;
  }

  createAdmin(): Promise<IssuedToken> {
    return this.#issue(OPERATOR_TOKEN, () => null);
  }

  createNamed(name: string, expirySeconds: number | null): Promise<IssuedToken> {
    // Life is counted from the creation that the answer tells: one reading of the clock serves both.
    return this.#issue(name, (createdAtMs) =>
      expirySeconds === null ? null : createdAtMs + expirySeconds * 1000,
    );
  }

  async regenerateAdmin(): Promise<IssuedToken> {
    const text = generateToken(this.#core.random);
    const hash = hashToken(text);
    await this.#core.commit((state) => {
      const operator = tokenNamed(state, OPERATOR_TOKEN);
      if (operator === undefined) throw new ServerError("admin_token_missing");
      return [{ op: "replace-token", id: operator.id, hash, createdAtMs: this.#core.clock.nowMs() }];
    });
    return { token: text, info: this.#tokenOfHash(hash) };
  }

  async adopt(token: { text: string; name: string; expiryMs: number | null }): Promise<boolean> {
    if (tokenNamed(this.#core.state, token.name) !== undefined) return false;
    await this.#create(token.name, hashToken(token.text), () => token.expiryMs);
    return true;
  }

  async remove(name: string): Promise<void> {
    if (name === OPERATOR_TOKEN) throw new ServerError("operator_token_delete");
    await this.#core.commit((state) => {
      const token = tokenNamed(state, name);
      if (token === undefined) throw new ServerError("resource_not_found", { name });
      return [{ op: "delete-token", id: token.id }];
    });
  }

  async #issue(name: string, expiryOf: ExpiryOf): Promise<IssuedToken> {
    const text = generateToken(this.#core.random);
    return { token: text, info: await this.#create(name, hashToken(text), expiryOf) };
  }

  async #create(name: string, hash: string, expiryOf: ExpiryOf): Promise<TokenInfo> {
    await this.#core.commit((state) => {
      if (tokenNamed(state, name) !== undefined) throw new ServerError("token_name_taken", { name });
      const createdAtMs = this.#core.clock.nowMs();
      const expiryMs = expiryOf(createdAtMs);
      return [{ op: "create-token", id: state.next.token, name, hash, createdAtMs, expiryMs }];
    });
    return this.#tokenOfHash(hash);
  }

  #tokenOfHash(hash: string): TokenInfo {
    const id = this.#core.state.tokenIds.get(hash);
    const token = id === undefined ? undefined : this.#core.state.tokens.get(id);
    if (token === undefined) throw new Error("a committed token is not in the catalog");
    return token;
  }
}

function tokenNamed(state: CatalogState, name: string): TokenInfo | undefined {
  for (const token of state.tokens.values()) if (token.name === name) return token;
  return undefined;
}
