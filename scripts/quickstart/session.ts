import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { emitKeypressEvents } from "node:readline";
import type { Screen } from "./screen.ts";

export interface Keys {
  /** Resolves when the user asks to quit. */
  quit: Promise<void>;
  close(): void;
}

type Action = readonly [description: string, run: () => Promise<void>];

/** Single-key commands while the server runs; without a terminal there are none and `quit` never comes. */
export function listenForKeys(screen: Screen, actions: Record<string, Action>): Keys {
  const { stdin } = process;
  if (!screen.interactive || !stdin.isTTY) return { quit: new Promise(() => {}), close() {} };

  const showMenu = (): void => {
    screen.say("");
    for (const [key, [description]] of Object.entries(actions)) screen.say(`press ${key} to ${description}`);
    screen.say("press q to stop the server");
  };
  showMenu();
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  let busy = false;
  const quit = new Promise<void>((resolve) => {
    stdin.on("keypress", (_text, key: { name?: string; ctrl?: boolean }) => {
      if (key.name === "q" || (key.ctrl && key.name === "c")) return resolve();
      const action = actions[key.name ?? ""];
      if (action === undefined || busy) return;
      busy = true;
      action[1]()
        .catch((error: unknown) => screen.say(screen.paint("red", String(error))))
        .finally(() => {
          busy = false;
          showMenu();
        });
    });
  });
  return {
    quit,
    close() {
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}

/** Waits for the user's wish, a signal, or the server's own end. */
export async function untilStopped(server: ChildProcess, keys: Keys): Promise<void> {
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await Promise.race([keys.quit, signalled, once(server, "exit")]);
  keys.close();
}
