import type { SavedConnection } from "./connection.ts";

/** Values that the editor keeps for an extension. */
export interface KeptValues {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Values that it keeps in the system's store of secrets. */
export interface Secrets {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

export interface ConnectionBookOptions {
  /** For the user: the list of servers. */
  readonly forUser: KeptValues;
  /** For the workspace: which of them is used. */
  readonly forWorkspace: KeptValues;
  readonly secrets: Secrets;
  readonly newId: () => string;
  readonly onChange: () => void;
}

const LIST = "connections";
const ACTIVE = "activeConnection";

/** The servers that a user knows, and the one that this workspace works with. */
export class ConnectionBook {
  readonly #options: ConnectionBookOptions;

  constructor(options: ConnectionBookOptions) {
    this.#options = options;
  }

  get all(): readonly SavedConnection[] {
    return this.#options.forUser.get<SavedConnection[]>(LIST) ?? [];
  }

  get active(): SavedConnection | undefined {
    const id = this.#options.forWorkspace.get<string>(ACTIVE);
    return this.all.find((connection) => connection.id === id);
  }

  find(id: string): SavedConnection | undefined {
    return this.all.find((connection) => connection.id === id);
  }

  /** Adds a server and works with it from now on. */
  async add(connection: Omit<SavedConnection, "id">, token: string | undefined): Promise<SavedConnection> {
    const { forUser, forWorkspace, newId } = this.#options;
    const added = { id: newId(), ...connection };
    await this.#keepToken(added.id, token);
    await forUser.update(LIST, [...this.all, added]);
    await forWorkspace.update(ACTIVE, added.id);
    this.#options.onChange();
    return added;
  }

  async use(id: string): Promise<void> {
    await this.#options.forWorkspace.update(ACTIVE, id);
    this.#options.onChange();
  }

  async setDatabase(id: string, database: string): Promise<void> {
    const changed = this.all.map((it) => (it.id === id ? { ...it, database } : it));
    await this.#options.forUser.update(LIST, changed);
    this.#options.onChange();
  }

  async setToken(id: string, token: string | undefined): Promise<void> {
    await this.#keepToken(id, token);
    this.#options.onChange();
  }

  /** Forgets a server and its token. */
  async remove(id: string): Promise<void> {
    const { forUser, forWorkspace, secrets } = this.#options;
    const isActive = this.active?.id === id;
    await secrets.delete(secretOf(id));
    await forUser.update(
      LIST,
      this.all.filter((connection) => connection.id !== id),
    );
    if (isActive) await forWorkspace.update(ACTIVE, undefined);
    this.#options.onChange();
  }

  async token(id: string): Promise<string | undefined> {
    return this.#options.secrets.get(secretOf(id));
  }

  async #keepToken(id: string, token: string | undefined): Promise<void> {
    const { secrets } = this.#options;
    if (token === undefined || token === "") await secrets.delete(secretOf(id));
    else await secrets.store(secretOf(id), token);
  }
}

function secretOf(id: string): string {
  return `token/${id}`;
}
