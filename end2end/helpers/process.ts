// One Drover over one data folder, which can be killed and started again.
import type { Started } from "./child";
import { type ServerOptions, startServer } from "./server";

export class Process {
  readonly #options: ServerOptions;
  #running: Started<string> | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Its address, another one after each start that names none. */
  get url(): string {
    if (!this.#running) throw new Error("the server is dead");
    return this.#running.found;
  }

  /** Starts it, where `listen` says so at that host and port. */
  async start(listen?: string): Promise<void> {
    const { data, env } = this.#options;
    this.#running = await startServer({ data, env: listen ? { ...env, DROVER_LISTEN: listen } : env });
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
