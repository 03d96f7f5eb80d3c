// Fifty servers in one request, of which Proxmox fails three in three ways, while the server process is killed twice:
// whatever can be made is made once, what failed says why and leaves nothing, and no address is given twice.
import type { GuestState } from "../helpers/control";
import { expect, type Stage, test } from "../helpers/stage";
import { rows } from "../helpers/tables";

/** Real seconds for one of Proxmox's: slow enough that work is under way when the process dies. */
const SLOWLY = 0.02;
const COUNT = 50;
/** The templates of the lab, on local and on shared storage: each is cloned so many times at once, and no more. */
const TEMPLATES = [9000, 8000, 8001, 9001];
const GIB = 1024 ** 3;

/** How the three fail, and what Proxmox says. */
const NOT_CLONED = { name: "job-07", why: "no space left on the pool" };
const NOT_GROWN = { name: "job-13", why: "no room to grow", size: 23 };
const NOT_STARTED = { name: "job-49", why: "no such bridge any more" };
const FAILED = [NOT_CLONED, NOT_GROWN, NOT_STARTED];

/** After how many ends the process is killed. */
const KILLS = [6, 24];

test("fifty servers, three that fail, and two kills", async ({ stage }) => {
  const { control, rest } = stage;
  const before = await control.state();
  await control.timeScale(SLOWLY);
  await control.fault({
    match: { method: "POST", path: "/clone$", body: `name=${NOT_CLONED.name}(&|$)` },
    action: "task_fail",
    message: NOT_CLONED.why,
  });
  await control.fault({
    match: { method: "PUT", path: "/resize$", body: `size=${NOT_GROWN.size * GIB}(&|$)` },
    action: "task_fail",
    message: NOT_GROWN.why,
  });
  const made = await rest.createMany(jobs());
  expect(made.accepted).toHaveLength(COUNT);
  expect(made.rejected).toEqual([]);
  const task = (name: string) => rest.task(made.tasks[name] ?? "");
  // What is to be started has no name in the request: its id is known by now, and its turn is long in coming.
  const last = vmid((await task(NOT_STARTED.name)).server);
  await control.fault({
    match: { method: "POST", path: `/qemu/${last}/status/start$` },
    action: "task_fail",
    message: NOT_STARTED.why,
  });

  for (const ended of KILLS) {
    await expect.poll(() => counted(stage, made.task_id, ENDED), { timeout: 60_000, intervals: [50] }).toBeGreaterThanOrEqual(ended);
    expect(await counted(stage, made.task_id, ["running"]), "some are being made when it is killed").toBeGreaterThan(0);
    await stage.process.kill();
    await stage.process.start();
  }
  const parent = await rest.ended(made.task_id);
  expect(parent.state).toBe("partial");
  expect(parent.children).toEqual({ queued: 0, running: 0, completed: COUNT - 3, partial: 1, failed: 2, cancelled: 0 });

  // Each of the three says why. One whose start fails stays as it is, so that somebody can see to it.
  for (const { name, why } of FAILED) {
    const { state, error, warnings, cause } = await task(name);
    expect({ name, state, cause }).toEqual({ name, state: name === NOT_STARTED.name ? "partial" : "failed", cause: why });
    expect(error ?? warnings.join(), name).not.toBe("");
  }
  // The cluster's own picture of what runs is some seconds old.
  await expect
    .poll(() => rest.failedServers(), { timeout: 30_000 })
    .toEqual([expect.objectContaining({ name: NOT_STARTED.name, reason: "never_started" })]);

  const after = await control.state();
  const fresh = Object.values(after.guests).filter((guest) => !before.guests[guest.vmid]);
  expect(fresh.map(name).sort()).toEqual(jobs().map((job) => job.name).filter((one) => one !== NOT_CLONED.name && one !== NOT_GROWN.name));
  const running = fresh.filter(({ status }) => status === "running");
  expect(running).toHaveLength(COUNT - 3);
  expect(fresh.filter((guest) => !running.includes(guest)).map(name)).toEqual([NOT_STARTED.name]);
  expectWhole(fresh);

  // Nothing is left over: volumes have their guest, the other guests are as they were, and the tables agree.
  const vmids = new Set(Object.values(after.guests).map((guest) => guest.vmid));
  for (const [storage, { volumes }] of Object.entries(after.storages)) {
    for (const [volume, { vmid }] of Object.entries(volumes)) {
      const known = before.storages[storage]?.volumes[volume] !== undefined;
      expect(known || vmids.has(vmid), `${storage}:${volume} belongs to somebody`).toBe(true);
    }
  }
  for (const guest of Object.values(before.guests)) expect(after.guests[guest.vmid]?.config).toEqual(guest.config);
  const kept = { reservations: COUNT - 2, reservation_addresses: COUNT - 2, task_slots: 0 };
  for (const [table, count] of Object.entries(kept)) expect(rows(stage.data, table), table).toBe(count);
  expect(rows(stage.data, "tasks", "ended_at IS NULL"), "tasks that have not ended").toBe(0);

  // What failed has given back its name and its address: it is asked for again, alone.
  await rest.retry(made.task_id);
  const again = await rest.ended(made.task_id);
  expect(again.children).toMatchObject({ completed: COUNT - 1, partial: 1, failed: 0 });
  const whole = Object.values((await control.state()).guests).filter((guest) => !before.guests[guest.vmid]);
  expect(whole).toHaveLength(COUNT);
  expectWhole(whole);
});

const ENDED = ["completed", "partial", "failed", "cancelled"];

/** Small servers whose disk grows, each with an address of its own. */
function jobs() {
  return Array.from({ length: COUNT }, (_, at) => {
    const name = `job-${String(at + 1).padStart(2, "0")}`;
    // For documentation: nothing answers there.
    const address = { ip_address: `2001:db8::1:${at + 1}`, subnet: "64", gateway: "2001:db8::1" };
    return {
      name,
      template_vm_id: TEMPLATES[at % TEMPLATES.length],
      cpu: 1,
      memory: 512,
      disks: [{ interface: "scsi0", size: name === NOT_GROWN.name ? NOT_GROWN.size : 21 }],
      network_devices: [{ bridge: "vmbr0", ...address }],
    };
  });
}

/** How many parts of a task are in one of these states. */
async function counted(stage: Stage, id: string, states: string[]): Promise<number> {
  const { children } = await stage.rest.task(id);
  return states.reduce((sum, state) => sum + (children?.[state] ?? 0), 0);
}

function vmid(server: string | null): number {
  const [, number] = (server ?? "").split(":");
  if (!number) throw new Error(`no id in ${server}`);
  return Number(number);
}

const name = (guest: GuestState): string => String(guest.config.name);

/** Each is what was asked for, let go of by Proxmox, and the only one with its name and its address. */
function expectWhole(guests: GuestState[]): void {
  const wanted = new Map(jobs().map((job) => [job.name, job]));
  for (const guest of guests) {
    const job = wanted.get(name(guest));
    expect(guest, name(guest)).toMatchObject({
      lock: null,
      pending: {},
      config: {
        ipconfig0: `ip6=${job?.network_devices[0]?.ip_address}/64,gw6=2001:db8::1`,
        scsi0: expect.stringContaining(`size=${job?.disks[0]?.size}G`),
      },
    });
  }
  expect(new Set(guests.map(name)).size).toBe(guests.length);
  expect(new Set(guests.map((guest) => guest.config.ipconfig0)).size).toBe(guests.length);
}
