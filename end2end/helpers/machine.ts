// A throw-away Debian with an SSH server, for what Drover does inside of servers.
import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

/** Roles of one's own, as `DROVER_ROLES` names them. */
export const OWN_ROLES = join(HERE, "roles");

/** Making the base takes minutes, once. */
const PATIENCE = 600_000;

/** Why this host can make no machine, which is said aloud as the list of tests does not; `undefined` where it can. */
export function noMachine(): string | undefined {
  const why = obstacle();
  if (why !== undefined) console.warn(`skipped, what needs a machine: ${why}`);
  return why;
}

function obstacle(): string | undefined {
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

/** A port of the loopback that nobody listens on: services of a machine listen on this host. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Gives a machine another host key, as installing it anew would; its SSH server reads it for every connection. */
export async function changeHostKey(machine: Machine): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "drover-key-"));
  try {
    const name = "ssh_host_ed25519_key";
    const made = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
    for (const file of [name, `${name}.pub`]) await copyFile(join(folder, file), join(machine.found.root, "etc/ssh", file));
  } finally {
    await rm(folder, { recursive: true });
  }
}
