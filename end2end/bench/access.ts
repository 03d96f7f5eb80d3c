// What it costs to know who asks, and what signing in costs everybody else.
import { ADMIN_PASSWORD } from "../helpers/server";
import { Client, openSession } from "./client";
import type { Bench } from "./fixture";
import { median, most, percentile } from "./numbers";

/** Something that asks who it is and does nothing else, and something that does not even ask. */
const ASKS = "/api/tasks/config";
const OPEN = "/healthz";
const REQUESTS = 2000;
/** How often a permission is taken away. */
const REVOKED = 20;
/** Sign-ins at once, and how often. */
const SIGN_INS = 50;
const ROUNDS = 3;
const PAGE = "/api/servers?per_page=50";
const PAGES = 500;

/** What a request takes longer that is a session's, or a token's, than one that is nobody's. */
export async function checks({ url, cookie, report }: Bench): Promise<void> {
  const own = new Client(url, cookie);
  const { body } = await own.get({ path: "/api/tokens", method: "POST", body: { name: "bench" } });
  const { token } = JSON.parse(body.toString()) as { token: string };
  const nobody = new Client(url);
  const took: Record<"open" | "session" | "token", number[]> = { open: [], session: [], token: [] };
  const headers = { authorization: `Bearer ${token}` };
  // In turn: what else the machine does meets all three alike. The first are not counted.
  for (let at = -100; at < REQUESTS; at += 1) {
    const open = await nobody.get({ path: OPEN });
    const session = await own.get({ path: ASKS });
    const byToken = await nobody.get({ path: ASKS, headers });
    if (at < 0) continue;
    took.open.push(open.took);
    took.session.push(session.took);
    took.token.push(byToken.took);
  }
  own.close();
  nobody.close();
  const more = (of: number[]) => percentile(of, 0.95) - percentile(took.open, 0.95);
  const note = (of: number[]) => `p95 of ${REQUESTS}, more than ${OPEN}; median ${(median(of) - median(took.open)).toFixed(2)} ms more`;
  report.add(
    { name: "check of a session", bar: 0.2, value: more(took.session), unit: "ms", note: note(took.session) },
    { name: "check of a token", bar: 0.2, value: more(took.token), unit: "ms", note: note(took.token) },
  );
}

/** How long what somebody may no longer do goes on being allowed to a session that is open. */
export async function revoked({ url, cookie, report }: Bench): Promise<void> {
  const admin = new Client(url, cookie);
  const user = { username: "bench", password: ADMIN_PASSWORD, role: "viewer" };
  await admin.get({ path: "/api/users", method: "POST", body: user });
  const own = new Client(url, await openSession(url, user.username, user.password));
  const took: number[] = [];
  for (let round = 0; round < REVOKED; round += 1) {
    const set = (permissions: string[]) => admin.get({ path: "/api/iam/bench/permissions", method: "POST", body: { permissions } });
    await set(["view_all"]);
    while ((await own.ask({ path: "/api/nodes" })).status !== 200);
    const began = performance.now();
    await set([]);
    while ((await own.ask({ path: "/api/nodes" })).status === 200);
    took.push(performance.now() - began);
  }
  own.close();
  admin.close();
  report.add({ name: "a permission is taken away", bar: 1000, value: most(took), unit: "ms", note: `asked for until it is refused, the slowest of ${REVOKED}` });
}

/** What other requests take while many sign in, against what they take else. */
export async function signIns({ url, cookie, report }: Bench): Promise<void> {
  const client = new Client(url, cookie);
  const page = async () => (await client.get({ path: PAGE })).took;
  const alone: number[] = [];
  for (let at = 0; at < PAGES; at += 1) alone.push(await page());
  const beside: number[] = [];
  const lasted: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    let open = true;
    const signedIn = Promise.all(Array.from({ length: SIGN_INS }, () => signIn(url))).finally(() => {
      open = false;
    });
    while (open) beside.push(await page());
    await signedIn;
    lasted.push(performance.now() - began);
  }
  client.close();
  const [before, meanwhile] = [percentile(alone, 0.95), percentile(beside, 0.95)];
  report.add(
    { name: `${SIGN_INS} sign-ins at once: other requests' p95`, bar: 2, value: meanwhile / before, unit: "×", note: `${meanwhile.toFixed(1)} ms of ${beside.length} instead of ${before.toFixed(1)} ms` },
    { name: `${SIGN_INS} sign-ins at once`, value: median(lasted), unit: "ms", note: "until the last is in" },
  );
}

async function signIn(url: string): Promise<void> {
  const client = new Client(url);
  await client.get({ path: "/login", method: "POST", body: { username: "admin", password: ADMIN_PASSWORD } });
  client.close();
}
