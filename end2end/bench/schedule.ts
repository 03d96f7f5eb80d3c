// The ideal: when servers would be made, were nothing but Proxmox's own work to wait for, and every place taken the
// moment it is free. The limits and what counts against them are those of the server (`TaskSettings`, `Step::uses`).

/** How long Proxmox takes for the parts of making one server, in milliseconds. */
export interface Work {
  clone: number;
  disks: number;
  start: number;
  boot: number;
}

/** A server to be made, and what it uses that only so many may use at once. */
export interface Job {
  template: string;
  storage: string;
  node: string;
  work: Work;
}

export const LIMITS = { places: 8, node: 4, storage: 4, template: 2 };

/** Gives back a thing at a time. */
type Release = { at: number; things: string[] };

/** When the last one answers, in milliseconds from the beginning. */
export function ideal(jobs: Job[]): number {
  const held = new Map<string, number>();
  const take = (thing: string, count: number) => held.set(thing, (held.get(thing) ?? 0) + count);
  const room = (thing: string) => (held.get(thing) ?? 0) < LIMITS[thing.split(":", 1)[0] as keyof typeof LIMITS];
  let waiting = [...jobs];
  let releases: Release[] = [];
  let [now, last] = [0, 0];
  for (;;) {
    waiting = waiting.filter((job) => {
      const [template, storage, node] = [`template:${job.template}`, `storage:${job.storage}`, `node:${job.node}`];
      const all = ["places:", template, storage, node];
      if (!all.every(room)) return true;
      for (const thing of all) take(thing, 1);
      const cloned = now + job.work.clone;
      const grown = cloned + job.work.disks;
      const started = grown + job.work.start;
      releases.push({ at: cloned, things: [template] }, { at: grown, things: [storage] }, { at: started, things: [node, "places:"] });
      // Whoever waits for its guest to answer leaves its place to others.
      last = Math.max(last, started + job.work.boot);
      return false;
    });
    if (waiting.length === 0) return last;
    now = Math.min(...releases.map(({ at }) => at));
    for (const { things } of releases.filter(({ at }) => at === now)) things.forEach((thing) => take(thing, -1));
    releases = releases.filter(({ at }) => at > now);
  }
}
