import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** As much of playwright-core as the tests use: it is installed outside of the repository. */
export interface Locator {
  first(): Locator;
  last(): Locator;
  click(options?: { timeout?: number }): Promise<void>;
  dblclick(): Promise<void>;
  hover(options?: { timeout?: number }): Promise<void>;
  fill(text: string): Promise<void>;
  waitFor(options?: { state?: "visible" | "hidden"; timeout?: number }): Promise<void>;
  textContent(options?: { timeout?: number }): Promise<string | null>;
  allInnerTexts(): Promise<string[]>;
  count(): Promise<number>;
}

export interface Frame {
  locator(selector: string): Locator;
}

export interface Page extends Frame {
  readonly keyboard: {
    press(key: string): Promise<void>;
    type(text: string, options?: { delay?: number }): Promise<void>;
  };
  goto(url: string): Promise<unknown>;
  frames(): Frame[];
  screenshot(options: { path: string }): Promise<unknown>;
}

export interface Browser {
  newPage(options: { viewport: { width: number; height: number } }): Promise<Page>;
  close(): Promise<void>;
}

const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const OPTIONS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
  // The page asks the network for extensions and updates; nothing but the editor is to answer.
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
];

export function findChromium(): string | undefined {
  return [process.env["CHROMIUM"], ...PROGRAMS].find((it) => it !== undefined && existsSync(it));
}

/** `directory` is where `install.ts` has put everything. */
export async function openBrowser(directory: string): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error("There is no Chromium: install the package 'chromium', or name it with CHROMIUM=<path>.");
  }
  const { chromium } = createRequire(path.join(directory, "package.json"))("playwright-core") as {
    chromium: { launch(options: { executablePath: string; args: string[] }): Promise<Browser> };
  };
  return chromium.launch({ executablePath, args: OPTIONS });
}
