// How long Proxmox itself takes to make a server, asked for by a client that looks all the time and does nothing else.
import https from "node:https";

import type { LabAddress } from "../helpers/lab";
import { pause } from "./fixture";
import type { Work } from "./schedule";

/** How often it looks, in milliseconds. */
const EVERY = 5;

/** What of a server is made. */
export interface Sample {
  template: number;
  /** The node of the template. */
  node: string;
  /** The id that the server gets. */
  vmid: number;
  /** The size that its first disk is grown to, in GiB. */
  size: number;
}

/** Makes a server and measures each part. It is left running. */
export async function measure(lab: LabAddress, { template, node, vmid, size }: Sample): Promise<Work> {
  const [api = ""] = lab.api;
  // The lab's certificate is its own, made a moment ago, and nothing secret is sent.
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
  const ask = (method: string, path: string, form: Record<string, string> = {}) => call({ agent, api, token: lab.token, method, path, form });
  const ended = async (upid: string) => {
    for (;;) {
      const status = (await ask("GET", `/nodes/${node}/tasks/${encodeURIComponent(upid)}/status`)) as { status: string; exitstatus?: string };
      if (status.status === "stopped") {
        if (status.exitstatus !== "OK") throw new Error(`${upid}: ${status.exitstatus}`);
        return;
      }
      await pause(EVERY);
    }
  };
  const timed = async (work: () => Promise<void>) => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  const task = (method: string, path: string, form: Record<string, string>) =>
    timed(async () => ended((await ask(method, path, form)) as string));
  const guest = `/nodes/${node}/qemu/${vmid}`;
  const clone = await task("POST", `/nodes/${node}/qemu/${template}/clone`, { newid: String(vmid), full: "1" });
  const disks = await task("PUT", `${guest}/resize`, { disk: "scsi0", size: `${size}G` });
  const start = await task("POST", `${guest}/status/start`, {});
  const boot = await timed(async () => {
    while (!(await ask("POST", `${guest}/agent/ping`).then(() => true, () => false))) await pause(EVERY);
  });
  agent.destroy();
  return { clone, disks, start, boot };
}

interface Call {
  agent: https.Agent;
  api: string;
  token: string;
  method: string;
  path: string;
  form: Record<string, string>;
}

/** The `data` of an answer. */
function call({ agent, api, token, method, path, form }: Call): Promise<unknown> {
  const body = new URLSearchParams(form).toString();
  const type = body === "" ? {} : { "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = https.request(`${api}/api2/json${path}`, { method, agent, headers: { authorization: `PVEAPIToken=${token}`, ...type } });
    request.on("error", reject);
    request.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("error", reject);
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        if (response.statusCode === 200) resolve((JSON.parse(text) as { data: unknown }).data);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
      });
    });
    request.end(body);
  });
}
