// The Proxmox of one test worker.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { start, type Started } from "./child";

/** The folder `end2end`. */
export const HERE = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** What `python -m lab` says of itself in its first line. */
export interface LabAddress {
  /** URLs of the nodes' API. */
  api: string[];
  /** `user@realm!name=secret`. */
  token: string;
  /** SHA-256 of the certificate. */
  fingerprint: string;
  /** The control API: faults, clock, counts, state. */
  control: string;
}

export type Lab = Started<LabAddress>;

/** Starts a cluster of its own. `LAB_PYTHON` names the interpreter; without it there is nothing to test against. */
export async function startLab(args: string[] = []): Promise<Lab> {
  const python = process.env.LAB_PYTHON;
  if (!python) throw new Error("LAB_PYTHON is not set: run the tests with `make test`");
  return start<LabAddress>({
    command: python,
    args: ["-m", "lab", "--port", "0", "--with-parent", ...args],
    cwd: HERE,
    env: process.env,
    find: (line) => (line.startsWith("{") ? (JSON.parse(line) as LabAddress) : undefined),
  });
}

/** The environment that points Drover at the lab. */
export function proxmoxEnv(lab: LabAddress): NodeJS.ProcessEnv {
  return {
    PROXMOX_ENDPOINT: lab.api.join(","),
    PROXMOX_API_TOKEN: lab.token,
    PROXMOX_FINGERPRINT: lab.fingerprint,
  };
}
