// A throw-away Debian with an SSH server, for what Drover does inside of servers.
import { spawnSync } from "node:child_process";

import { start, type Started } from "./child";
import { HERE } from "./lab";

export interface MachineAddress {
  address: string;
  port: number;
  /** Who may become root without a password. */
  user: string;
  /** Its files, as this host reaches them. */
  root: string;
}

export type Machine = Started<MachineAddress>;

/** The environment that lets Drover install roles. */
export const ANSIBLE_ENV: NodeJS.ProcessEnv = { ANSIBLE_PLAYBOOK: process.env.ANSIBLE_PLAYBOOK ?? "ansible-playbook" };

/** Making the base takes minutes, once. */
const PATIENCE = 600_000;

/** Why this host can make no machine; `undefined` where it can. */
export function noMachine(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can make a machine";
  const found = spawnSync("sh", ["-c", "command -v debootstrap && command -v ssh && command -v unshare"]);
  return found.status === 0 ? undefined : "debootstrap or ssh is not installed";
}

/** A machine into which whoever holds this key may sign in. */
export async function startMachine(publicKey: string): Promise<Machine> {
  const python = process.env.LAB_PYTHON;
  if (!python) throw new Error("LAB_PYTHON is not set: run the tests with `make test`");
  return start<MachineAddress>({
    command: python,
    args: ["-m", "lab.machine", "--authorized-key", publicKey],
    cwd: HERE,
    env: process.env,
    patience: PATIENCE,
    find: (line) => (line.startsWith("{") ? (JSON.parse(line) as MachineAddress) : undefined),
  });
}
