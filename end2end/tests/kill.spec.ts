// The server process is killed while it makes a server, at three points of every step: with the intent saved and
// the call not made, with the call carried out and its answer not saved, and with the step done. Started again over
// the same data it goes on by itself: there is the one server that was asked for or nothing, never a half or two,
// and what somebody else put at its id meanwhile is as they left it.
import type { ClusterState, GuestState } from "../helpers/control";
import { type Deathly, expect, type Stage, test } from "../helpers/stage";
import type { Task } from "../helpers/rest";

test.describe.configure({ mode: "parallel" });

/** A server that makes every step do something. */
const SHOP = {
  name: "shop",
  template_vm_id: 9000,
  cpu: 4,
  memory: 3072,
  disks: [
    { interface: "scsi0", size: 24 },
    { interface: "scsi1", size: 7 },
  ],
  network_devices: [
    // For documentation: nothing answers there, and mostly no route leads there, so that nobody waits for it.
    { bridge: "vmbr0", ip_address: "2001:db8::5", subnet: "64", gateway: "2001:db8::1" },
    { bridge: "vmbr1" },
  ],
  vm_username: "ops",
  vm_password: "hush hush hush",
  ssh_keys: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzsqz4Ekk7c3e1Vb1Cw9vZ5YbZ9V2jvQ8Ym4tC1lXkE ops@example.org",
  description: "the shop",
  tags: ["web", "live"],
};
/** The same from a template on shared storage, made on another node than the template's. */
const MOVED = { ...SHOP, template_vm_id: 9001, node: "pve3" };

/** Real seconds for one of Proxmox's, where its work shall be under way when the process dies. */
const SLOWLY = 0.05;
/** Any guest but the templates: of the others nobody reads or changes anything here. */
const NEW = String.raw`/qemu/(?!9000|9001|8000|8001)\d+`;

type Moment = { step: string; what?: string; method: string; path: string; skip?: number };

/** The call that each step is for. */
const CALLS: Moment[] = [
  // Before the task there is one for the answer to the request.
  { step: "reserve", method: "GET", path: "/cluster/nextid$", skip: 1 },
  { step: "clone", method: "POST", path: "/clone$" },
  { step: "hardware", method: "PUT", path: `${NEW}/config$` },
  { step: "disks", what: "one is grown", method: "PUT", path: `${NEW}/resize$` },
  { step: "disks", what: "one is added", method: "POST", path: `${NEW}/config$` },
  { step: "network", what: "and cloud-init", method: "PUT", path: `${NEW}/config$`, skip: 1 },
  { step: "start", method: "POST", path: `${NEW}/status/start$` },
  { step: "wait", method: "POST", path: `${NEW}/agent/ping$` },
];
/** The first call after each step. */
const NEXT: Moment[] = [
  { step: "reserve", method: "POST", path: "/clone$" },
  { step: "clone", method: "GET", path: `${NEW}/config$`, skip: 1 },
  { step: "hardware", method: "GET", path: `${NEW}/config$`, skip: 3 },
  { step: "disks", method: "GET", path: `${NEW}/config$`, skip: 7 },
  { step: "network", method: "GET", path: `${NEW}/status/current$` },
  { step: "start", method: "GET", path: `${NEW}/config$`, skip: 10 },
];

const POINTS = [
  { point: "intent saved, call not made", action: "hold_before", moments: CALLS, state: "running" },
  { point: "call carried out, answer not saved", action: "hold_after", moments: CALLS, state: "running" },
  { point: "output saved", action: "hold_before", moments: NEXT, state: "done" },
] as const;

for (const { point, action, moments, state } of POINTS) {
  for (const moment of moments) {
    test(`killed in ${title(moment)}: ${point}`, async ({ stage }) => {
      const before = await stage.control.state();
      const { id } = await killed(stage, deathly(moment, action), { step: moment.step, state });
      await stage.process.start();
      await expectShop(stage, before, await stage.rest.ended(id));
      expect(await stage.rest.refused(SHOP)).toContain("name");
    });
  }
}

test("killed in wait: output saved", async ({ stage }) => {
  const before = await stage.control.state();
  const { id, ended } = await killedAtTheEnd(stage);
  await stage.process.start();
  expect(await stage.rest.task(id)).toEqual(ended);
  await expectShop(stage, before, ended);
});

for (const action of ["hold_before", "hold_after"] as const) {
  test(`killed in a clone to another node: ${action}`, async ({ stage }) => {
    const before = await stage.control.state();
    await stage.control.timeScale(SLOWLY);
    const clone = deathly({ step: "clone", method: "POST", path: "/clone$" }, action);
    const { id } = await killed(stage, clone, { step: "clone", state: "running" }, MOVED);
    await stage.process.start();
    const shop = await expectShop(stage, before, await stage.rest.ended(id));
    expect(shop.node).toBe("pve3");
  });
}

test("killed again and again, it is still made once", async ({ stage }) => {
  const before = await stage.control.state();
  await stage.control.timeScale(SLOWLY);
  const [first, ...others] = CALLS.map((moment) => deathly(moment, "hold_after"));
  const { id } = await killed(stage, first!);
  for (const { skip: _, ...call } of others) {
    await stage.control.fault(call);
    await stage.process.start();
    await stage.killAt(call);
  }
  await stage.process.start();
  await expectShop(stage, before, await stage.rest.ended(id));
});

test("killed before the request was answered, nothing was asked for", async ({ stage }) => {
  const before = await stage.control.state();
  const check = deathly({ step: "", method: "GET", path: "/cluster/nextid$" }, "hold_before");
  await stage.control.fault(check);
  const asked = expect(stage.rest.create(SHOP)).rejects.toThrow();
  await stage.killAt(check);
  await asked;
  await stage.process.start();
  expect(await stage.rest.tasks()).toEqual([]);
  expectUntouched(before, await stage.control.state());
  await expectShop(stage, before, await stage.rest.ended(await stage.rest.create(SHOP)));
});

// ------------------------------------------------------------------ undone

const UNDO: Moment = { step: "clone", method: "DELETE", path: `${NEW}$` };
/** A disk that can't be grown: what there is has to go again. */
const FAILURE = { match: { method: "PUT", path: `${NEW}/resize$` }, action: "status", status: 500 } as const;

for (const { point, action } of POINTS) {
  test(`killed while it undoes: ${point}`, async ({ stage }) => {
    const before = await stage.control.state();
    await stage.control.fault(FAILURE);
    const { id } = await (point === "output saved" ? killedAtTheEnd(stage) : killed(stage, deathly(UNDO, action)));
    await stage.process.start();
    const task = await stage.rest.ended(id);
    expect(task).toMatchObject({ state: "failed", server: null, error: expect.stringMatching(/./) });
    expectUntouched(before, await stage.control.state());
    await expectShop(stage, before, await stage.rest.ended(await stage.rest.create(SHOP)));
  });
}

test("killed before a start that fails, the server stays whole and the task says why", async ({ stage }) => {
  const before = await stage.control.state();
  const start = deathly({ step: "start", method: "POST", path: `${NEW}/status/start$` }, "hold_before");
  const { id } = await killed(stage, start);
  await stage.control.patchGuest(newcomer(before, await stage.control.state()).vmid, { start_error: "no room" });
  await stage.process.start();
  await expectShop(stage, before, await stage.rest.ended(id), { state: "partial", status: "stopped" });
  expect(await stage.rest.refused(SHOP)).toContain("name");
});

// --------------------------------------------------------------- strangers

for (const moment of CALLS.slice(0, 2)) {
  for (const node of ["pve1", "pve3"]) {
    test(`killed in ${title(moment)}, and somebody else takes the id on ${node}`, async ({ stage }) => {
      const { id, vmid } = await killed(stage, deathly(moment, "hold_before"));
      await stage.control.addGuest(stranger(vmid, node, "running"));
      const before = await stage.control.state();
      await stage.process.start();
      const shop = await expectShop(stage, before, await stage.rest.ended(id));
      expect(shop.vmid).not.toBe(vmid);
    });
  }
}

test("killed in clone, and somebody else replaces the clone: another is made", async ({ stage }) => {
  const before = await stage.control.state();
  const { id, vmid } = await killed(stage, deathly({ step: "clone", method: "POST", path: "/clone$" }, "hold_after"));
  await replaced(stage, vmid, "running");
  const meanwhile = await stage.control.state();
  await stage.process.start();
  const shop = await expectShop(stage, meanwhile, await stage.rest.ended(id));
  expect(shop.vmid).not.toBe(vmid);
  expectUntouched(before, meanwhile, [vmid]);
});

/** Where the server that is being made goes, and how somebody else's that comes in its place stands. */
const REPLACED = [
  ...CALLS.slice(2).flatMap((moment) => [
    { ...moment, action: "hold_before", status: moment.step === "wait" ? "running" : "stopped" } as const,
    { ...moment, action: "hold_after", status: "running" } as const,
  ]),
  { ...UNDO, what: "which is undone", fault: FAILURE, action: "hold_before", status: "stopped" } as const,
  { ...UNDO, what: "which is undone", fault: FAILURE, action: "hold_after", status: "stopped" } as const,
];

for (const moment of REPLACED) {
  test(`killed in ${title(moment)}, ${moment.action}, and somebody else's replaces the server`, async ({ stage }) => {
    if ("fault" in moment) await stage.control.fault(moment.fault);
    const { id, vmid } = await killed(stage, deathly(moment, moment.action));
    await replaced(stage, vmid, moment.status);
    const before = await stage.control.state();
    const written = await writes(stage, vmid);
    await stage.process.start();
    const task = await stage.rest.ended(id);
    expect(task).toMatchObject({ state: "failed", server: null, error: expect.stringMatching(/./) });
    expect(await writes(stage, vmid)).toEqual(written);
    expectUntouched(before, await stage.control.state());
    // What the picture of the cluster told of the id is corrected a moment later.
    let anew = "";
    await expect(async () => (anew = await stage.rest.create(SHOP))).toPass();
    await expectShop(stage, before, await stage.rest.ended(anew));
  });
}

// ----------------------------------------------------------------- helpers

function title({ step, what }: Moment): string {
  return what ? `${step} (${what})` : step;
}

function deathly({ method, path, skip = 0 }: Moment, action: Deathly["action"]): Deathly {
  return { match: { method, path }, action, skip };
}

/** Asks for a server and kills the process at a request of its task; `at` says how a step stands then. */
async function killed(stage: Stage, request: Deathly, at?: { step: string; state: string }, server: object = SHOP) {
  await stage.control.fault(request);
  const id = await stage.rest.create(server);
  let vmid = 0;
  await stage.killAt(request, async () => {
    const task = await stage.rest.task(id);
    vmid = Number(task.server?.split(":")[1]);
    if (at) expect(task.steps.find(({ name }) => name === at.step)?.state, `${at.step} at the kill`).toBe(at.state);
  });
  return { id, vmid };
}

/** Asks for a server and kills the process as soon as the task has ended. */
async function killedAtTheEnd(stage: Stage) {
  const id = await stage.rest.create(SHOP);
  const ended = await stage.rest.ended(id);
  await stage.process.kill();
  return { id, ended };
}

function stranger(vmid: number, node: string, status: string): Record<string, unknown> {
  const disk = `local-lvm:vm-${vmid}-disk-0,size=10G`;
  const config = { description: "not yours", cores: 1, memory: 512, scsi0: disk, agent: "1", ciuser: "them" };
  return { vmid, name: "theirs", node, status, config };
}

/** While the process is dead, somebody destroys the server that it made and puts another at its id. */
async function replaced(stage: Stage, vmid: number, status: string): Promise<void> {
  const theirs = stranger(vmid, "pve1", status);
  // A clone that is under way is let come to its end.
  await expect.poll(async () => (await stage.control.state()).guests[vmid]?.lock ?? null).toBeNull();
  if ((await stage.control.state()).guests[vmid]) await stage.control.removeGuest(vmid);
  await stage.control.addGuest(theirs);
}

/** What was asked of a guest, but for what only reads. */
async function writes(stage: Stage, vmid: number): Promise<string[]> {
  const requests = await stage.control.requests(`/qemu/${vmid}(/|$)`);
  return requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

/** The guests as they are but for what time alone changes, and the volumes with their owners. */
function holdings(state: ClusterState) {
  const steady = Object.entries(state.guests).map(([vmid, { agent_up: _, ...guest }]) => [vmid, guest]);
  const volumes = Object.entries(state.storages).flatMap(([storage, { volumes: all }]) =>
    Object.entries(all).map(([name, { vmid }]) => ({ volid: `${storage}:${name}`, vmid })),
  );
  return { guests: Object.fromEntries(steady) as Record<string, GuestState>, volumes };
}

/** Everything is as it was, but for the guests of these ids. */
function expectUntouched(before: ClusterState, after: ClusterState, but: number[] = []): void {
  const others = (state: ClusterState) => {
    const { guests, volumes } = holdings(state);
    return {
      guests: Object.values(guests).filter(({ vmid }) => !but.includes(vmid)),
      volumes: volumes.filter(({ vmid }) => !but.includes(vmid)),
    };
  };
  expect(others(after)).toEqual(others(before));
}

/** The one guest that was not there before. */
function newcomer(before: ClusterState, after: ClusterState): GuestState {
  const [guest, ...more] = Object.values(after.guests).filter(({ vmid }) => !before.guests[vmid]);
  if (!guest || more.length > 0) throw new Error(`${more.length + (guest ? 1 : 0)} new guests instead of one`);
  return guest;
}

/** There is one server more than before, and it is what was asked for. */
async function expectShop(
  stage: Stage,
  before: ClusterState,
  task: Task,
  { state = "completed", status = "running" } = {},
): Promise<GuestState> {
  expect(task.state, task.error ?? task.warnings.join()).toBe(state);
  const after = await stage.control.state();
  const shop = newcomer(before, after);
  const { vmid } = shop;
  expectUntouched(before, after, [vmid]);
  expect(task.server).toBe(`main:${vmid}`);
  expect(shop).toMatchObject({ name: "shop", status, lock: null, pending: {} });
  const { config } = shop;
  expect(`${config.cores} cores, ${config.memory} MB`).toBe("4 cores, 3072 MB");
  expect(config).toMatchObject({
    tags: "live;web",
    net0: expect.stringContaining("bridge=vmbr0"),
    net1: expect.stringContaining("bridge=vmbr1"),
    ipconfig0: "ip6=2001:db8::5/64,gw6=2001:db8::1",
    ipconfig1: "ip=dhcp",
    ciuser: "ops",
    cipassword: expect.stringMatching(/^\$6\$/),
    sshkeys: expect.stringContaining("ops%40example%2Eorg"),
    description: expect.stringMatching(/^the shop\n/),
    scsi0: expect.stringMatching(/,size=24G$/),
    scsi1: expect.stringMatching(/,size=7G$/),
  });
  // Its volumes are those that it uses, and no other is left over from a first try.
  const own = holdings(after).volumes.filter((volume) => volume.vmid === vmid);
  const used = Object.values(config).map((value) => String(value).split(",")[0]);
  expect(own.map(({ volid }) => volid).filter((volid) => !used.includes(volid))).toEqual([]);
  expect(own).toHaveLength(3);
  return shop;
}
