// How soon the page of backups has what it shows, and what following a backup costs. On a lab of its own: that of the
// others has few archives.
import { LabControl } from "../helpers/control";
import { proxmoxEnv, startLab } from "../helpers/lab";
import { ADMIN_PASSWORD, dataFolder, startServer } from "../helpers/server";
import { Client, openSession } from "./client";
import { pause } from "./fixture";
import { median, most, percentile } from "./numbers";
import type { Report } from "./report";

const ARCHIVES = 20_000;
const STORAGES = 12;
const LAB = ["--guests", "300", "--archives", String(ARCHIVES), "--backup-storages", String(STORAGES), "--time-scale", "1"];
const PAGE = { path: "/rpc/backups_overview", method: "POST", body: {} } as const;
const REFRESH = { path: "/rpc/refresh_backups", method: "POST", body: {} } as const;
/** How often it is asked for, cold and warm. */
const COLD = 3;
const WARM = 50;
/** For how long backups are followed, in milliseconds. */
const FOLLOWED = 20_000;
/** On this node and storage some guests are backed up; a node makes one backup at a time. */
const NODE = "pve1";
const TARGET = "nfs";

interface Overview {
  servers: { guest: string; node: string | null; count: number }[];
  storages: { holds: { count: number } }[];
}

export async function backups(report: Report): Promise<void> {
  const lab = await startLab(LAB);
  const data = await dataFolder();
  try {
    const server = await startServer({ data: data.path, env: proxmoxEnv(lab.found) });
    const cookie = await openSession(server.found, "admin", ADMIN_PASSWORD);
    const client = new Client(server.found, cookie);
    await listing(client, report);
    await following(client, new LabControl(lab.found.control), report);
    client.close();
    await server.stop();
  } finally {
    await lab.stop();
    await data.remove();
  }
}

async function listing(client: Client, report: Report): Promise<void> {
  while ((await held(client)) < ARCHIVES) await pause(500);
  const cold: number[] = [];
  for (let at = 0; at < COLD; at += 1) {
    // All that was known is asked for anew, and then shown.
    const asked = (await client.get(REFRESH)).took;
    cold.push(asked + (await client.get(PAGE)).took);
  }
  const warm: number[] = [];
  for (let at = 0; at < WARM; at += 1) warm.push((await client.get(PAGE)).took);
  const what = `${ARCHIVES} archives on ${STORAGES} storages`;
  report.add(
    { name: "the page of backups, every storage asked", bar: 800, value: most(cold), unit: "ms", note: `${what}, the slowest of ${COLD}` },
    { name: "the page of backups, p95", bar: 50, value: percentile(warm, 0.95), unit: "ms", note: `${what}, median of ${WARM} ${median(warm).toFixed(1)} ms` },
  );
}

async function held(client: Client): Promise<number> {
  const { storages } = JSON.parse((await client.get(PAGE)).body.toString()) as Overview;
  return storages.reduce((sum, { holds }) => sum + holds.count, 0);
}

/** Calls to the log and the state of a backup's task, by the second and backup. */
async function following(client: Client, control: LabControl, report: Report): Promise<void> {
  const { servers } = JSON.parse((await client.get(PAGE)).body.toString()) as Overview;
  const guest = servers.find(({ node }) => node === NODE)!.guest;
  const how = { storage: TARGET, mode: "snapshot", compression: "zstd", notes: "", protected: false, retention: null };
  const asked = await client.get({ path: "/rpc/back_up_server", method: "POST", body: { id: guest, how } });
  const { id } = JSON.parse(asked.body.toString()) as { id: string };
  const polls = async () => (await control.requests("/tasks/UPID:[^/]*:vzdump:[^/]*/(log|status)$")).length;
  while ((await polls()) === 0) await pause(100);
  const [began, before] = [performance.now(), await polls()];
  await pause(FOLLOWED);
  const [seconds, calls] = [(performance.now() - began) / 1000, (await polls()) - before];
  await client.get({ path: "/rpc/cancel_task", method: "POST", body: { id } });
  report.add({ name: "following a backup", bar: 1, value: calls / seconds, unit: "calls/s", note: `its log and its state, over ${seconds.toFixed(0)} s` });
}
