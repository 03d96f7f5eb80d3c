// Proxmox's own API, for what somebody does there without Drover.
import { expect, request } from "@playwright/test";

import type { LabAddress } from "./lab";

/** What a path of the API holds, such as `/cluster/firewall/groups`. */
export async function getFromProxmox<T>(lab: LabAddress, path: string): Promise<T> {
  const proxmox = await request.newContext({
    ignoreHTTPSErrors: true,
    extraHTTPHeaders: { authorization: `PVEAPIToken=${lab.token}` },
  });
  const answer = await proxmox.get(`${lab.api[0]}/api2/json${path}`);
  expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
  const { data } = (await answer.json()) as { data: T };
  await proxmox.dispose();
  return data;
}

/** Posts a form to a path of the API, such as `/cluster/backup`. */
export async function postToProxmox(lab: LabAddress, path: string, form: Form): Promise<void> {
  await send(lab, "POST", path, form);
}

/** Changes what stands at a path of the API, such as a backup job. */
export async function putToProxmox(lab: LabAddress, path: string, form: Form): Promise<void> {
  await send(lab, "PUT", path, form);
}

type Form = Record<string, string | number>;

async function send(lab: LabAddress, method: "POST" | "PUT", path: string, form: Form): Promise<void> {
  const proxmox = await request.newContext({
    ignoreHTTPSErrors: true,
    extraHTTPHeaders: { authorization: `PVEAPIToken=${lab.token}` },
  });
  const answer = await proxmox.fetch(`${lab.api[0]}/api2/json${path}`, { method, form });
  expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
  await proxmox.dispose();
}
