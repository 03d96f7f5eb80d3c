// Starts a program, waits for the line that says where it listens, ends it, and shows what it said when it fails.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Child {
  /** The first value that `find` made of a line of its standard output. */
  readonly process: ChildProcess;
  /** What it printed last, for messages. */
  said(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface Started<T> extends Child {
  readonly found: T;
}

export interface Program<T> {
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Looks at each line of standard output until it finds what the caller waits for. */
  find(line: string): T | undefined;
  /** How long to wait for it, in milliseconds. */
  patience?: number;
}

/** Lines that are kept to explain a failure. */
const KEPT = 200;

export async function start<T>(program: Program<T>): Promise<Started<T>> {
  const name = program.command.split("/").at(-1) ?? program.command;
  const child = spawn(program.command, program.args, {
    cwd: program.cwd,
    env: program.env,
    // An open standard input tells the lab that we live.
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    if (lines.length > KEPT) lines.shift();
  };
  const said = () => lines.join("\n");
  createInterface({ input: child.stderr }).on("line", keep);

  const found = await new Promise<T>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${name} ${why}\n${said()}`));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail("did not say where it listens");
    }, program.patience ?? 60_000);
    child.once("error", (error) => {
      clearTimeout(timer);
      fail(`can't start: ${error.message}`);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${code ?? signal}`);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      keep(line);
      const value = program.find(line);
      if (value !== undefined) {
        clearTimeout(timer);
        resolve(value);
      }
    });
  });

  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(timer);
  };
  return { found, process: child, said, stop };
}
