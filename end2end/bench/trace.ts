// Script per keystroke out of a trace of Chromium's. Format: "Trace Event Format", where phase X is a complete event.

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds: when it began, how long it took, and how much of that the thread had a processor. */
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { type?: string; requestId?: string } };
}

/** What runs script, and what runs on its behalf in between. */
const SCRIPT = new Set([
  "EventDispatch",
  "FunctionCall",
  "EvaluateScript",
  "v8.callFunction",
  "RunMicrotasks",
  "FireAnimationFrame",
  "FireIdleCallback",
  "TimerFire",
  "MinorGC",
  "MajorGC",
]);
/** What the browser does in between where script asks for a measure: it counts as layout. */
const LAYOUT = new Set(["UpdateLayoutTree", "Layout"]);
const TASK = new Set(["RunTask"]);

export interface Keystroke {
  /** Milliseconds of script from the key to the next one. */
  script: number;
  /** The same, with styles, layout and painting. */
  work: number;
}

export interface Typing {
  keys: Keystroke[];
  /** Keystrokes left out, as a live event came between them and the next. */
  disturbed: number;
}

export const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8"];

/** Cuts the trace at each key that went down. The last one, whose end is not known, must be one too many. */
export function keystrokes(trace: Buffer): Typing {
  const { traceEvents: all } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const down = all.filter((event) => event.name === "EventDispatch" && event.args?.data?.type === "keydown");
  const [first] = down;
  if (!first) throw new Error("the trace has no key");
  const main = all.filter((event) => event.pid === first.pid && event.tid === first.tid).sort((a, b) => a.ts - b.ts);
  // What was under way already when the first key came is the stream of live events.
  const asked = new Set(main.filter((event) => event.name === "ResourceSendRequest").map(request));
  const live = main.filter((event) => event.name === "ResourceReceivedData" && !asked.has(request(event)));

  const typing: Typing = { keys: [], disturbed: 0 };
  const starts = down.map((event) => event.ts).sort((a, b) => a - b);
  for (const [at, from] of starts.entries()) {
    const to = starts[at + 1];
    if (to === undefined) break;
    if (live.some((event) => event.ts >= from && event.ts < to)) {
      typing.disturbed += 1;
      continue;
    }
    const window = main.filter((event) => event.ph === "X" && event.ts >= from && event.ts < to);
    const script = outermost(window, SCRIPT);
    const layout = outermost(window, LAYOUT).filter((event) => script.some((outer) => holds(outer, event)));
    // The task that brings the key began just before it: what of it is not script is left out.
    typing.keys.push({
      script: busy(script) - busy(layout),
      work: busy(outermost(window, new Set([...SCRIPT, ...TASK]))),
    });
  }
  return typing;
}

/** The most processor time that one task took of the thread that draws, in milliseconds. */
export function longestTask(trace: Buffer): number {
  const { traceEvents: all } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const drawn = new Map<string, number>();
  for (const event of all) if (event.name === "FireAnimationFrame") drawn.set(thread(event), (drawn.get(thread(event)) ?? 0) + 1);
  const [main] = [...drawn].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  if (main === undefined) throw new Error("the trace has no frame");
  const tasks = all.filter((event) => event.ph === "X" && TASK.has(event.name) && thread(event) === main);
  return Math.max(...tasks.map((event) => busy([event])));
}

/** Events of these names that no other such event holds; `events` are ordered by time. */
function outermost(events: TraceEvent[], names: Set<string>): TraceEvent[] {
  const found: TraceEvent[] = [];
  for (const event of events) {
    if (!names.has(event.name)) continue;
    const last = found.at(-1);
    if (!last || !holds(last, event)) found.push(event);
  }
  return found;
}

const request = (event: TraceEvent) => event.args?.data?.requestId;

function holds(outer: TraceEvent, inner: TraceEvent): boolean {
  return inner.ts >= outer.ts && inner.ts < outer.ts + (outer.dur ?? 0);
}

/** Milliseconds of processor time: how busy the machine is otherwise makes no difference. */
function busy(events: TraceEvent[]): number {
  return events.reduce((sum, event) => sum + (event.tdur ?? event.dur ?? 0), 0) / 1000;
}
