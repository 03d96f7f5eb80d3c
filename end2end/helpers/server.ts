// The real binary, with a database of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { start, type Started } from "./child";
import { HERE } from "./lab";

const ROOT = resolve(HERE, "..");

/** The first administrator's password in every test; the server takes it on its first start only. */
export const ADMIN_PASSWORD = "correct-horse-battery";

export interface ServerOptions {
  /** Where the database stands; kept between two starts of one server. */
  data: string;
  env: NodeJS.ProcessEnv;
}

/** Starts `drover serve` on a free port of the loopback; `found` is its address. */
export async function startServer({ data, env }: ServerOptions): Promise<Started<string>> {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DROVER|PROXMOX|DATABASE)_/.test(name) || name === "DROVER_SITE"),
  );
  return start<string>({
    command: process.env.DROVER_BIN ?? join(ROOT, "target/debug/drover"),
    args: ["serve"],
    cwd: data,
    env: {
      ...clean,
      DROVER_LISTEN: "127.0.0.1:0",
      DROVER_DATA: data,
      DROVER_ADMIN_PASSWORD: ADMIN_PASSWORD,
      // The lab's guests answer no SSH: a test that installs roles names its Ansible, and to the others it is missing.
      ANSIBLE_PLAYBOOK: "/nowhere/ansible-playbook",
      ...env,
    },
    find: (line) => /listens on (http:\/\/\S+)/.exec(line)?.[1],
  });
}

/** A data folder that goes away with the test. */
export async function dataFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "drover-e2e-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
