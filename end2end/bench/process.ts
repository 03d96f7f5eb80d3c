// What a process has used, as Linux counts it (proc(5)).
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

export class Process {
  readonly #pid: number;

  constructor(pid: number | undefined) {
    if (pid === undefined) throw new Error("the process did not start");
    this.#pid = pid;
  }

  /** Processor time of all its threads so far, user and system, in milliseconds. */
  cpu(): number {
    // The name in parentheses may hold anything; `state` is the first field after it.
    const fields = this.#read("stat").replace(/^.*\) /s, "").split(" ");
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    return ((user + system) * 1000) / TICKS_PER_SECOND;
  }

  /** Resident memory in bytes: now, and the most it ever was. */
  memory(): { now: number; peak: number } {
    const status = this.#read("status");
    const bytes = (name: string) => {
      const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
      if (kibibytes === undefined) throw new Error(`/proc/${this.#pid}/status has no ${name}`);
      return Number(kibibytes) * 1024;
    };
    return { now: bytes("VmRSS"), peak: bytes("VmHWM") };
  }

  #read(file: string): string {
    return readFileSync(`/proc/${this.#pid}/${file}`, "utf8");
  }
}
