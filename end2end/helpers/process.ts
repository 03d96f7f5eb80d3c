// One Drover over one data folder, which can be killed and started again.
import type { Started } from "./child";
import { type ServerOptions, startServer } from "./server";

export class Process {
  readonly #options: ServerOptions;
  #running: Started<string> | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Its address, another one after each start. */
  get url(): string {
    if (!this.#running) throw new Error("the server is dead");
    return this.#running.found;
  }

  async start(): Promise<void> {
    this.#running = await startServer(this.#options);
  }

  /** As `kill -9`: nothing is cleaned up. Ends when the process has. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** What it printed last, for messages. */
  said(): string {
    return this.#running?.said() ?? "";
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop(signal);
  }
}
