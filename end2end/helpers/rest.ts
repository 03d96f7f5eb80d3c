// The API as a script uses it: a session's cookie, JSON, codes instead of sentences.
import { type APIRequestContext, type APIResponse, expect } from "@playwright/test";

import { ADMIN_PASSWORD } from "./server";

/** A task; only what tests look at is typed. */
export interface Task {
  id: string;
  state: "queued" | "running" | "completed" | "partial" | "failed" | "cancelled";
  /** The server that it is about. */
  server: string | null;
  error: string | null;
  warnings: string[];
  /** Proxmox's own words on the failure. */
  cause: string | null;
  /** How many of its parts are in which state. */
  children?: Record<string, number>;
  steps: { name: string; state: string; upid: string | null }[];
}

/** Several servers that are being made. */
export interface Made {
  task_id: string;
  accepted: string[];
  rejected: unknown[];
  /** The task of each, by its name. */
  tasks: Record<string, string>;
}

const ENDED = ["completed", "partial", "failed", "cancelled"];

export class Rest {
  readonly #request: APIRequestContext;
  readonly #url: () => string;

  /** `url` tells the server's address at the moment of each call. */
  constructor(request: APIRequestContext, url: () => string) {
    this.#request = request;
    this.#url = url;
  }

  /** Opens a session as the first administrator; it outlives the process. */
  async signIn(): Promise<void> {
    const form = { username: "admin", password: ADMIN_PASSWORD };
    await this.#good(await this.#request.post(`${this.#url()}/auth/login`, { form }));
  }

  /** Asks for a server; gives the task's id. */
  async create(server: object): Promise<string> {
    const answer = (await this.#good(await this.#post(server))) as { task_id: string };
    return answer.task_id;
  }

  /** Asks for several servers. */
  async createMany(servers: object[]): Promise<Made> {
    const answer = await this.#request.post(`${this.#url()}/api/create_servers_bulk`, { data: { servers } });
    return (await this.#good(answer)) as Made;
  }

  /** Asks for a task again that failed, or for those parts of one that did. */
  async retry(id: string): Promise<void> {
    await this.#good(await this.#request.post(`${this.#url()}/api/tasks/${id}/retry`, { data: {} }));
  }

  /** The servers that went wrong. */
  async failedServers(): Promise<object[]> {
    const answer = await this.#good(await this.#request.get(`${this.#url()}/api/cleanup/failed-servers`));
    return (answer as { failed_servers: object[] }).failed_servers;
  }

  /** Asks for a server that can't be; gives the names of the fields that are wrong. */
  async refused(server: object): Promise<string[]> {
    const answer = await this.#post(server);
    expect(answer.status(), await answer.text()).toBe(400);
    return Object.keys(((await answer.json()) as { details: { fields: object } }).details.fields);
  }

  async task(id: string): Promise<Task> {
    const answer = (await this.#good(await this.#request.get(`${this.#url()}/api/tasks/${id}`))) as { task: Task };
    return answer.task;
  }

  async tasks(): Promise<Task[]> {
    const answer = (await this.#good(await this.#request.get(`${this.#url()}/api/tasks`))) as { tasks: Task[] };
    return answer.tasks;
  }

  /** Waits until the task has ended. */
  async ended(id: string): Promise<Task> {
    await expect.poll(async () => (await this.task(id)).state, { timeout: 45_000 }).toMatch(new RegExp(ENDED.join("|")));
    return this.task(id);
  }

  #post(server: object): Promise<APIResponse> {
    return this.#request.post(`${this.#url()}/api/servers`, { data: server });
  }

  async #good(answer: APIResponse): Promise<unknown> {
    expect(answer.ok(), `${answer.url()}: ${await answer.text()}`).toBe(true);
    return answer.json();
  }
}
