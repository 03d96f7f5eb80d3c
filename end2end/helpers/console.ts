// What the browser complained about. Any complaint fails the test, but for a status that the test declared.
import type { ConsoleMessage, Page } from "@playwright/test";

/** What Chromium says of an address that nobody answers at, or of an answer that broke off. */
const UNREACHED =
  /^error: Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/;

export class Complaints {
  readonly #messages: string[] = [];
  readonly #statuses = new Set<number>();
  #offline = false;

  /** The test provokes this status: its 'Failed to load resource' is no complaint. */
  allowStatus(status: number): void {
    this.#statuses.add(status);
  }

  /** The test cuts the browser off, or ends the server: what it then can't reach is no complaint. */
  allowOffline(): void {
    this.#offline = true;
  }

  watch(page: Page): void {
    page.on("console", (message) => this.#note(message));
    page.on("pageerror", (error) => this.#messages.push(`uncaught: ${error.message}`));
  }

  all(): string[] {
    return this.#messages.filter((message) => {
      if (this.#offline && UNREACHED.test(message)) return false;
      const status = /^error: Failed to load resource: .* status of (\d+)/.exec(message)?.[1];
      return status === undefined || !this.#statuses.has(Number(status));
    });
  }

  #note(message: ConsoleMessage): void {
    const text = message.text();
    const mismatch = message.type() === "warning" && /hydrat/i.test(text);
    if (message.type() === "error" || mismatch) {
      this.#messages.push(`${message.type()}: ${text} (${message.location().url})`);
    }
  }
}
