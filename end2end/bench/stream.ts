// The stream of an open browser, read as one reads it, byte by byte counted.
import http from "node:http";

export interface Received {
  /** When its last byte came, in seconds since 1970. */
  at: number;
  bytes: number;
  /** Whether it brings changes of the inventory. */
  inventory: boolean;
}

export class Stream {
  readonly events: Received[] = [];
  readonly #request: http.ClientRequest;
  #unread = Buffer.alloc(0);
  #failure: Error | undefined;

  private constructor(request: http.ClientRequest, response: http.IncomingMessage) {
    this.#request = request;
    response.on("data", (part: Buffer) => this.#read(part));
    response.on("end", () => this.#fail(new Error("the stream ended")));
    response.on("error", (error) => this.#fail(error));
  }

  static open(url: string, cookie: string): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const request = http.get(`${url}/api/events`, {
        // What Chromium asks for: were the stream compressed, fewer bytes would be counted.
        headers: { cookie, accept: "text/event-stream", "accept-encoding": "gzip, deflate, br, zstd" },
        agent: false,
      });
      request.on("error", reject);
      request.on("response", (response) => {
        const coding = response.headers["content-encoding"];
        if (response.statusCode !== 200 || coding !== undefined) {
          request.destroy();
          reject(new Error(`the stream: ${response.statusCode} ${coding ?? ""}`));
        } else {
          resolve(new Stream(request, response));
        }
      });
    });
  }

  /** Events that came since `from`, in seconds since 1970; fails where the stream broke. */
  since(from: number): Received[] {
    if (this.#failure) throw this.#failure;
    return this.events.filter((event) => event.at >= from);
  }

  close(): void {
    this.#request.destroy();
  }

  #fail(error: Error): void {
    if (!this.#request.destroyed) this.#failure = error;
  }

  #read(part: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, part]);
    for (let end = this.#unread.indexOf("\n\n"); end >= 0; end = this.#unread.indexOf("\n\n")) {
      const event = this.#unread.subarray(0, end);
      this.events.push({
        at: Date.now() / 1000,
        bytes: end + 2,
        inventory: event.includes('{"inventory":'),
      });
      this.#unread = this.#unread.subarray(end + 2);
    }
  }
}
