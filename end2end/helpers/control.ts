// Steers the lab from a test: faults, holds, the cluster's clock and what it really holds. See lab/README.md.

/** A rule of `POST /faults`. */
export interface Fault {
  match: { method?: string; path?: string; node?: string; endpoint?: string; body?: string };
  action: "status" | "delay" | "hang" | "broken_json" | "drop" | "drop_after" | "task_fail" | "hold_before" | "hold_after";
  /** How often it strikes; null: for ever. */
  count?: number | null;
  skip?: number;
  delay?: number;
  status?: number;
  message?: string;
  errors?: Record<string, string>;
  at?: "start" | "middle" | "end";
}

/** What the cluster holds; only what tests look at is typed. */
export interface ClusterState {
  guests: Record<string, GuestState>;
  storages: Record<string, { volumes: Record<string, VolumeState> }>;
  tasks: TaskState[];
  [part: string]: unknown;
}

export interface VolumeState {
  vmid: number;
  size: number;
  content: string;
  [part: string]: unknown;
}

/** A task of Proxmox's. */
export interface TaskState {
  type: string;
  /** What it is about: a guest's id, mostly. */
  id: string;
  status: string;
  exitstatus?: string;
  log: string[];
  [part: string]: unknown;
}

export interface GuestState {
  vmid: number;
  node: string;
  status: string;
  name?: string;
  config: Record<string, unknown>;
  [part: string]: unknown;
}

/** A request that the cluster got. */
export interface LabRequest {
  method: string;
  path: string;
  /** By the cluster's clock, in seconds since 1970. */
  time: number;
  [part: string]: unknown;
}

/** A request that waits, on one side of being acted on; `gone`: its sender has left. */
export interface Hold {
  id: number;
  path: string;
  state: "held" | "released" | "gone";
  acted: boolean;
}

/** An archive of a guest, as it would be saved now. */
export interface Archived {
  vmid: number;
  /** When it was made, in seconds since 1970. */
  at?: number;
  size?: number;
  notes?: string;
  protected?: boolean;
  /** What a Proxmox Backup Server found when it looked through it last. */
  verification?: { state: "ok" | "failed"; upid: string };
  /** The fingerprint of the key. */
  encrypted?: string;
}

/** How long a test waits for a request to be held, in seconds. */
const PATIENCE = 20;

export class LabControl {
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  async fault(rule: Fault): Promise<void> {
    await this.#call("POST", "/faults", rule);
  }

  async clearFaults(): Promise<void> {
    await this.#call("DELETE", "/faults");
  }

  /** Requests that are or were held, waiting for the first. */
  async holds(path: string, state: Hold["state"] = "held"): Promise<Hold[]> {
    const query = new URLSearchParams({ path, state, wait: String(PATIENCE) });
    return (await this.#call("GET", `/holds?${query}`)) as Hold[];
  }

  /** A node's address refuses connections. */
  async nodeDown(node: string): Promise<void> {
    await this.#call("POST", `/nodes/${node}/down`);
  }

  async nodeUp(node: string): Promise<void> {
    await this.#call("POST", `/nodes/${node}/up`);
  }

  /** Moves the cluster's clock; waiting work finishes sooner. */
  async advance(seconds: number): Promise<void> {
    await this.#call("PUT", "/clock", { advance: seconds });
  }

  async state(): Promise<ClusterState> {
    return (await this.#call("GET", "/state")) as ClusterState;
  }

  /** Requests per method and path since the last `clearCalls`. */
  async calls(): Promise<Record<string, number>> {
    return (await this.#call("GET", "/calls")) as Record<string, number>;
  }

  async clearCalls(): Promise<void> {
    await this.#call("DELETE", "/calls");
  }

  /** Requests whose path matches the regular expression, oldest first. */
  async requests(path: string): Promise<LabRequest[]> {
    return (await this.#call("GET", `/requests?path=${encodeURIComponent(path)}`)) as LabRequest[];
  }

  /** How old, in seconds, what the cluster's resources tell may be. */
  async statsLag(seconds: number): Promise<void> {
    await this.#call("PUT", "/stats-lag", { seconds });
  }

  /** How many real seconds one of the cluster's takes; 0: its work is done when it is asked for. */
  async timeScale(scale: number): Promise<void> {
    await this.#call("PUT", "/time-scale", { time_scale: scale });
  }

  /** Somebody else changes a guest. */
  async patchGuest(vmid: number, change: Record<string, unknown>): Promise<void> {
    await this.#call("POST", `/guests/${vmid}`, change);
  }

  /** Somebody else fills, unplugs or changes a storage. */
  async patchStorage(storage: string, change: Record<string, unknown>): Promise<void> {
    await this.#call("POST", `/storages/${storage}`, change);
  }

  /** Somebody else makes a guest. */
  async addGuest(guest: Record<string, unknown>): Promise<void> {
    await this.#call("POST", "/guests", guest);
  }

  /** Somebody else destroys a guest, with its volumes unless they are kept. */
  async removeGuest(vmid: number, disks: "keep" | "gone" = "gone"): Promise<void> {
    await this.#call("DELETE", `/guests/${vmid}${disks === "keep" ? "?disks=keep" : ""}`);
  }

  /** An archive that nobody here has made; gives its volume id. */
  async addArchive(storage: string, archive: Archived): Promise<string> {
    const { volid } = (await this.#call("POST", `/storages/${storage}/archives`, archive)) as { volid: string };
    return volid;
  }

  /** An archive vanishes, and nobody told Proxmox. */
  async loseArchive(volid: string): Promise<void> {
    const [storage] = volid.split(":");
    await this.#call("DELETE", `/storages/${storage}/archives?volid=${encodeURIComponent(volid)}`);
  }

  /** A backup job of Proxmox's own is due, on every node. */
  async runJob(id: string): Promise<void> {
    await this.#call("POST", `/jobs/${id}/run`);
  }

  /** What Drover's user may do from now on, by path. */
  async grants(grants: Record<string, string[]>): Promise<void> {
    await this.#call("PUT", "/grants", { user: "drover@pve", grants });
  }

  /** The cluster as it was at the start, without faults. */
  async reset(): Promise<void> {
    await this.#call("POST", "/reset");
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(this.#address + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`lab: ${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
