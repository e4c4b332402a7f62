import type { Socket } from "node:net";
import type { NetworkService, RunContext } from "../interpreter/index.ts";
import type { NetworkCall, NetworkReply } from "../protocol/index.ts";
import { formatAddress, type Host, type IpAddress, parseAddress, parseHost } from "./addresses/index.ts";
import { Changes } from "./changes.ts";
import { Connection } from "./connection.ts";
import { CLOSED, describeFailure, failure, TIMED_OUT } from "./failures.ts";
import { KnownNames } from "./known-names.ts";
import type { ResolveName } from "./name-lookup.ts";
import type { NetworkPolicy } from "./policy/index.ts";
import type { SocketLimits } from "./socket-limits.ts";
import { SocketTable } from "./socket-table.ts";
import type { TlsContexts } from "./tls-contexts.ts";

export interface NetworkParts {
  readonly policy: NetworkPolicy;
  readonly resolve: ResolveName;
  /** Begins a connection to an address that the policy has allowed. */
  readonly connect: (address: string, port: number) => Socket;
  readonly tls: TlsContexts;
  readonly limits: SocketLimits;
}

const PENDING_LOOKUPS_MAX = 8;
const NOT_IN_TESTS =
  "plugins have no network in a test that did not ask for it: " +
  'set "allow_network" in the request, --allow-network on the command line, or "network: true" in a test case.';

type Call<Op extends NetworkCall["op"]> = Extract<NetworkCall, { op: Op }>;

/** The sockets of one interpreter. */
export class InterpreterNetwork implements NetworkService {
  readonly #parts: NetworkParts;
  readonly #changes = new Changes();
  readonly #known: KnownNames;
  readonly #sockets: SocketTable;
  #connecting: number | undefined;
  #pendingLookups = 0;
  #closed = false;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
    this.#known = new KnownNames(parts.limits.knownNames);
    this.#sockets = new SocketTable(parts.limits.openSockets);
  }

  async answer(context: RunContext, call: NetworkCall): Promise<NetworkReply> {
    if (this.#closed) return CLOSED;
    if (!context.network && call.op !== "close") return failure("refused-by-policy", NOT_IN_TESTS);
    // Calls come from plugins, which can send anything.
    return this.#serve(call).catch(describeFailure);
  }

  async #serve(call: NetworkCall): Promise<NetworkReply> {
    // An interpreter asks one thing at a time: it was interrupted, and will never know this connection's number.
    if (this.#connecting !== undefined) this.#sockets.close(this.#connecting);
    switch (call.op) {
      case "resolve":
        return this.#resolve(call);
      case "connect":
        return this.#connect(call);
      case "wait":
        return this.#wait(call);
      default:
        return this.#use(call);
    }
  }

  close(): void {
    this.#closed = true;
    this.#sockets.closeAll();
    this.#changes.close();
  }

  async #use(
    call: Exclude<NetworkCall, Call<"resolve"> | Call<"connect"> | Call<"wait">>,
  ): Promise<NetworkReply> {
    const connection = this.#sockets.get(call.socket);
    if (connection === undefined) return CLOSED;
    switch (call.op) {
      case "start-tls":
        return this.#startTls(connection, call);
      case "send":
        return connection.send(call.bytes, call.timeoutMs);
      case "receive":
        return connection.receive(call.maxBytes, call.timeoutMs);
      case "shutdown":
        connection.shutdown();
        return DONE;
      case "close":
        this.#sockets.close(call.socket);
        return DONE;
    }
  }

  async #startTls(connection: Connection, { tls, timeoutMs }: Call<"start-tls">): Promise<NetworkReply> {
    try {
      const context = await this.#changes.result(this.#parts.tls.get(tls), timeoutMs);
      return context === undefined ? TIMED_OUT : await connection.startTls(context, tls, timeoutMs);
    } catch (error) {
      return failure("tls", error instanceof Error ? error.message : String(error));
    }
  }

  async #resolve({ host, port, timeoutMs }: Call<"resolve">): Promise<NetworkReply> {
    const parsed = parseHost(host);
    if (parsed === undefined) return noHost(host);
    const found = await this.#allowedAddresses(parsed, port, timeoutMs);
    return "ok" in found ? found : { ok: true, value: found.map(formatAddress) };
  }

  async #connect({ host, port, timeoutMs }: Call<"connect">): Promise<NetworkReply> {
    const parsed = parseHost(host);
    if (parsed === undefined) return noHost(host);
    const found = await this.#allowedAddresses(parsed, port, timeoutMs);
    if ("ok" in found) return found;
    const { openSockets } = this.#parts.limits;
    if (this.#sockets.full) {
      const text = `Too many open sockets: a plugin may have ${openSockets}. Close those that you no longer need.`;
      return failure("too-many", text);
    }
    const address = formatAddress(found[0]!);
    const socket = this.#parts.connect(address, port);
    const connection = new Connection(socket, this.#changes, this.#parts.limits);
    const id = this.#sockets.add(connection);
    this.#connecting = id;
    const reply = await connection.connected(timeoutMs);
    if (this.#connecting === id) this.#connecting = undefined;
    const [name] = this.#known.of(address);
    if (reply.ok) return { ...reply, value: id, ...(name === undefined ? {} : { name }) };
    this.#sockets.close(id);
    return reply;
  }

  async #wait({ sockets, timeoutMs }: Call<"wait">): Promise<NetworkReply> {
    const asked = sockets.slice(0, this.#parts.limits.openSockets);
    const ready = await this.#changes.until(() => {
      const found = asked.filter((id) => this.#sockets.get(id)?.ready ?? true);
      return found.length === 0 ? undefined : found;
    }, timeoutMs);
    return { ok: true, value: ready ?? [] };
  }

  /** What may be connected to at a host, at least one; or why nothing may. A name that is not allowed is not looked up. */
  async #allowedAddresses(host: Host, port: number, timeoutMs: number): Promise<NetworkReply | IpAddress[]> {
    const { policy } = this.#parts;
    if ("address" in host) {
      const names = this.#known.of(formatAddress(host.address));
      const reason = policy.refuseAddress(host.address, port, names);
      return reason === undefined ? [host.address] : failure("refused-by-policy", reason);
    }
    const reason = policy.refuseName(host.name, port);
    if (reason !== undefined) return failure("refused-by-policy", reason);
    const found = await this.#lookUp(host.name, timeoutMs);
    if ("ok" in found || port === 0) return found;
    const reasons = found.map((address) => policy.refuseAddress(address, port, [host.name]));
    const allowed = found.filter((_, index) => reasons[index] === undefined);
    return allowed.length > 0 ? allowed : failure("refused-by-policy", reasons[0]!);
  }

  async #lookUp(name: string, timeoutMs: number): Promise<NetworkReply | IpAddress[]> {
    if (this.#pendingLookups >= PENDING_LOOKUPS_MAX) {
      return failure("too-many", "Too many names are being looked up: wait for the answers.");
    }
    this.#pendingLookups++;
    const addresses = this.#parts
      .resolve(name)
      .then((texts) => texts.flatMap((text) => parseAddress(text) ?? []))
      .catch((): IpAddress[] => [])
      .finally(() => this.#pendingLookups--);
    const found = await this.#changes.result(addresses, timeoutMs);
    if (found === undefined) return TIMED_OUT;
    if (found.length === 0) return failure("name", `no address was found for ${name}`);
    this.#known.remember(name, found.map(formatAddress));
    return found;
  }
}

const DONE: NetworkReply = { ok: true, value: null };

function noHost(host: string): NetworkReply {
  return failure("name", `"${host}" is no host name`);
}
