/** Globals that reach outside the worker. Pyodide needs them while it boots, nothing needs them later. */
const OUTSIDE = [
  "process",
  "require",
  "module",
  "exports",
  "fetch",
  "WebSocket",
  "EventSource",
  "Worker",
  "navigator",
  "Buffer",
  "BroadcastChannel",
  "MessageChannel",
  "XMLHttpRequest",
] as const;

/**
 * Takes from the worker's realm what a JavaScript foothold would use next: code from strings and the outside
 * world. The import gate should never let one through; this is the layer behind it.
 */
export function tameRealm(): void {
  const blocked = function blocked(): never {
    throw new Error("code generation is disabled");
  };
  const functionKinds = [
    Function,
    (async () => {}).constructor,
    function* () {}.constructor,
    async function* () {}.constructor,
  ];
  // Pyodide asks `instanceof Function`: the replacement must keep the prototype.
  Object.defineProperty(blocked, "prototype", { value: Function.prototype });
  for (const kind of functionKinds) {
    Object.defineProperty(kind.prototype, "constructor", { value: blocked });
  }
  replaceGlobal("Function", blocked);
  replaceGlobal("eval", blocked);
  for (const name of OUTSIDE) replaceGlobal(name, undefined);
}

function replaceGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: false, writable: false, enumerable: false });
}
