// Many servers at once: how fast they are taken on, and how fast they are made.
import { expect } from "@playwright/test";

import { Client } from "./client";
import { type Bench, pause } from "./fixture";
import { most } from "./numbers";
import { measure } from "./proxmox";
import { ideal, type Job } from "./schedule";

/** Starts in one request, and how often. */
const STARTS = 500;
const ROUNDS = 3;
/** Servers in one request. */
const SERVERS = Number(process.env.BENCH_SERVERS ?? 100);
/** The lab's templates: their disk is copied, grown by this many GiB, and started on this node. */
const TEMPLATES = [
  { template: 9000, from: "pve1", node: "pve1", storage: "local-lvm on pve1", size: 14 },
  { template: 8001, from: "pve2", node: "pve2", storage: "local-lvm on pve2", size: 14 },
  { template: 8000, from: "pve1", node: "pve3", storage: "ceph", size: 14 },
  { template: 9001, from: "pve2", node: "pve3", storage: "ceph", size: 14 },
];
/** Ids that nobody has. */
const SAMPLES = 900_000;
/** How often the end is looked for, in milliseconds. */
const EVERY = 500;

interface Progress {
  state: string;
  created_at: string;
  ended_at: string | null;
  children: Record<string, number>;
}

/** How long a request takes that starts many servers; what it asked for is called off again. */
export async function starts({ url, cookie, control, report }: Bench): Promise<void> {
  const client = new Client(url, cookie);
  const guests = Object.values((await control.state()).guests);
  const stopped = guests.filter((guest) => guest.status === "stopped" && guest.lock === null && guest.template !== true);
  const took: number[] = [];
  let count = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const names = stopped.slice(round * STARTS, (round + 1) * STARTS).map(({ vmid }) => `main:${vmid}`);
    if (names.length === 0) break;
    const answer = await client.get({ path: "/api/servers/bulk_action", method: "POST", body: { server_names: names, action: "start" } });
    const { accepted, task_id } = JSON.parse(answer.body.toString()) as { accepted: unknown[]; task_id: string };
    expect(accepted).toHaveLength(names.length);
    took.push(answer.took);
    count = Math.max(count, names.length);
    await client.get({ path: "/rpc/cancel_task", method: "POST", body: { id: task_id } });
    await ended(client, task_id);
  }
  client.close();
  report.add({ name: `${count} starts, accepted`, bar: 300, value: most(took), unit: "ms", note: `one request, the slowest of ${took.length}` });
}

/** How long many servers take to be made, against what Proxmox alone would need. */
export async function creations({ url, cookie, lab, control, report }: Bench): Promise<void> {
  const samples = TEMPLATES.map(({ template, from, size }, at) => ({ template, node: from, vmid: SAMPLES + at, size }));
  const works = await Promise.all(samples.map((sample) => measure(lab, sample)));
  for (const { vmid } of samples) await control.removeGuest(vmid);
  const jobs: Job[] = [];
  const servers = Array.from({ length: SERVERS }, (_, at) => {
    const kind = TEMPLATES[at % TEMPLATES.length]!;
    const { template, node, storage, size } = kind;
    jobs.push({ template: String(template), storage, node, work: works[at % TEMPLATES.length]! });
    return { name: `bench-${at + 1}`, template_vm_id: template, node, cpu: 1, memory: 512, disks: [{ interface: "scsi0", size }] };
  });
  const shortest = ideal(jobs);
  const client = new Client(url, cookie);
  const began = Date.now();
  const answer = await client.get({ path: "/api/create_servers_bulk", method: "POST", body: { servers } });
  const { accepted, task_id } = JSON.parse(answer.body.toString()) as { accepted: unknown[]; task_id: string };
  expect(accepted).toHaveLength(SERVERS);
  const task = await ended(client, task_id);
  client.close();
  expect(task).toMatchObject({ state: "completed", children: { completed: SERVERS } });
  const took = Date.parse(task.ended_at ?? "") - began;
  const alone = works.map(({ clone, disks, start, boot }) => clone + disks + start + boot);
  report.add(
    { name: `${SERVERS} servers made, by the ideal schedule`, bar: 1.15, value: took / shortest, unit: "×", note: `${seconds(took)} instead of ${seconds(shortest)}; ${seconds(most(alone))} each for Proxmox` },
    { name: `${SERVERS} servers, accepted`, value: answer.took, unit: "ms", note: "checked, written and answered, in one request" },
  );
}

async function ended(client: Client, id: string): Promise<Progress> {
  for (;;) {
    const { body } = await client.get({ path: `/api/tasks/${id}` });
    const { task } = JSON.parse(body.toString()) as { task: Progress };
    if (task.ended_at !== null) return task;
    await pause(EVERY);
  }
}

const seconds = (millis: number) => `${(millis / 1000).toFixed(1)} s`;
