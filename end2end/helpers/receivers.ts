// Where notifications go to: an address of the web that answers as it is told, and a mail server that keeps nothing.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

import { start } from "./child";
import { HERE } from "./lab";

/** A request that the receiver got. */
export interface Got {
  /** Of the address that was called, without its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Hook {
  readonly url: string;
  /** What came so far, oldest first. */
  readonly got: readonly Got[];
  /** From now on it answers so. */
  answer(status: number, words: string): void;
  close(): Promise<void>;
}

/** A receiver on the loopback. */
export async function startHook(): Promise<Hook> {
  const got: Got[] = [];
  let says = { status: 200, words: "" };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      got.push({ path: new URL(request.url ?? "/", "http://127.0.0.1").pathname, headers: request.headers, body: Buffer.concat(parts).toString() });
      // Nobody waits for the end of a connection that is kept open.
      response.writeHead(says.status, { connection: "close" }).end(says.words);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    got,
    answer(status, words) {
      says = { status, words };
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** A mail as it was taken. */
export interface TakenMail {
  from: string;
  to: string[];
  headers: Record<string, string>;
  plain: string;
  html: string;
  /** Whether it came over TLS. */
  tls: boolean;
  /** Who signed in. */
  user: string | null;
}

export interface MailServer {
  readonly port: number;
  /** The certificate that vouches for it. */
  readonly authority: string;
  /** What it took so far, oldest first. */
  taken(): TakenMail[];
  stop(): Promise<void>;
}

/** A mail server on the loopback that asks for STARTTLS and a password of the user `drover`. */
export async function startMailServer(password: string): Promise<MailServer> {
  const python = process.env.LAB_PYTHON;
  if (!python) throw new Error("LAB_PYTHON is not set: run the tests with `make test`");
  const server = await start<Pick<MailServer, "port" | "authority">>({
    command: python,
    args: ["-m", "lab.mail", "--security", "starttls", "--password", password],
    cwd: HERE,
    env: process.env,
    find: (line) => (line.startsWith('{"port"') ? (JSON.parse(line) as MailServer) : undefined),
  });
  const mails = () => server.said().split("\n").filter((line) => line.startsWith('{"from"'));
  return { ...server.found, taken: () => mails().map((line) => JSON.parse(line) as TakenMail), stop: () => server.stop() };
}
