import { mkdirSync } from "node:fs";
import path from "node:path";
import { repository } from "../../support/cli.ts";
import type { Locator, Page } from "./browser.ts";

/** A busy machine may take long for what is done in a second. */
const PATIENCE_MS = 60_000;
const SCREENSHOTS = path.join(repository, "coverage", "vscode");

/** A window of VS Code, as a person uses it. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.seen(".monaco-workbench");
  }

  /** Waits until something can be seen. */
  async seen(selector: string): Promise<Locator> {
    const found = this.page.locator(selector).first();
    await found.waitFor({ state: "visible", timeout: PATIENCE_MS });
    return found;
  }

  async openFile(name: string): Promise<void> {
    const entry = await this.seen(`.explorer-folders-view .monaco-list-row:has-text("${name}")`);
    await entry.dblclick();
    await this.seen(`.tab.active:has-text("${name}")`);
  }

  /** Opens the palette and runs the command of this title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = await this.seen(".quick-input-widget input");
    await input.fill(`>${title}`);
    await this.seen(`.quick-input-list .monaco-list-row:has-text("${title}")`);
    await this.page.keyboard.press("Enter");
  }

  /** Answers an input box. */
  async answer(text: string): Promise<void> {
    const input = await this.seen(".quick-input-widget input");
    await input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  async choose(label: string): Promise<void> {
    const row = await this.seen(`.quick-input-list .monaco-list-row:has-text("${label}")`);
    await row.click();
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }
}
