// What looking after ten thousand servers costs: how they are, all rules at once, and many who look at the same time.
import { ADMIN_PASSWORD } from "../helpers/server";
import { Client, openSession } from "./client";
import { type Bench, METRICS_TOKEN, pause } from "./fixture";
import { median, percentile } from "./numbers";
import { Stream } from "./stream";

const SUMMARY = { path: "/api/monitoring/summary" } as const;
const ASKED = 200;
/** Rules are looked at every ten seconds: over so many of those, in milliseconds. */
const RULES = 60_000;
/** So many look at once, in sessions of users of whom each may have twenty streams. */
const VIEWERS = 100;
const OF_EACH = 20;
/** For how long calls are counted, in milliseconds, and how long the pace takes to settle. */
const COUNTED = 20_000;
const SETTLING = 6_000;

/** How soon it is told how all servers are. */
export async function health({ url, cookie, report }: Bench): Promise<void> {
  const client = new Client(url, cookie);
  for (let at = 0; at < 20; at += 1) await client.get(SUMMARY);
  const took: number[] = [];
  for (let at = 0; at < ASKED; at += 1) took.push((await client.get(SUMMARY)).took);
  client.close();
  report.add({ name: "how all servers are, p95", bar: 30, value: percentile(took, 0.95), unit: "ms", note: `${ASKED} in a row, median ${median(took).toFixed(1)} ms` });
}

/** How long Drover looks at all rules once, as it measures that itself. */
export async function evaluation({ url, report }: Bench): Promise<void> {
  const before = await evaluated(url);
  await pause(RULES);
  const after = await evaluated(url);
  const times = after.count - before.count;
  if (times < 3) throw new Error(`the rules were looked at ${times} times in ${RULES} ms`);
  const mean = ((after.sum - before.sum) / times) * 1000;
  report.add({ name: "looking at all alert rules once", bar: 50, value: mean, unit: "ms", note: `as Drover measures it, mean of ${times}` });
}

async function evaluated(url: string): Promise<{ sum: number; count: number }> {
  const client = new Client(url);
  const answer = await client.get({ path: "/metrics", headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  client.close();
  const text = answer.body.toString();
  const value = (name: string) => Number(new RegExp(`^drover_alert_evaluation_seconds_${name} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
  return { sum: value("sum"), count: value("count") };
}

/** How many more calls a cluster gets where a hundred look than where one does. */
export async function viewers({ url, cookie, control, report }: Bench): Promise<void> {
  const one = await Stream.open(url, cookie);
  await pause(SETTLING);
  const calls = async () => (await control.requests("")).length;
  const counted = async () => {
    const [began, before] = [performance.now(), await calls()];
    await pause(COUNTED);
    return ((await calls()) - before) / ((performance.now() - began) / 1000);
  };
  const first = await counted();
  const streams: Stream[] = [];
  const admin = new Client(url, cookie);
  for (let user = 0; user * OF_EACH < VIEWERS; user += 1) {
    const username = `viewer-${user}`;
    await admin.get({ path: "/api/users", method: "POST", body: { username, password: ADMIN_PASSWORD, role: "viewer" } });
    const session = await openSession(url, username, ADMIN_PASSWORD);
    for (let at = 0; at < OF_EACH; at += 1) streams.push(await Stream.open(url, session));
  }
  admin.close();
  const together = await counted();
  for (const stream of streams) stream.close();
  // What is asked grows a little while a cluster becomes known: with one before and with one after are both counted.
  await pause(SETTLING);
  const alone = (first + (await counted())) / 2;
  one.close();
  report.add({
    name: `calls to Proxmox with ${VIEWERS} viewers, by those with one`,
    bar: 1.1,
    value: together / alone,
    unit: "×",
    note: `${together.toFixed(1)} a second instead of ${alone.toFixed(1)}`,
  });
}
