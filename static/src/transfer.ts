// Sends a file piece by piece. A piece that did not arrive is sent again, after asking the server what it has.
import type { paths } from "./api";
import { csrfToken } from "./dom";
import { missingPieces, problem, Unreachable } from "./server";

const ADDRESS = "/v1/transcripts/{transcript_id}/record/upload" satisfies keyof paths;
type Upload = paths[typeof ADDRESS]["post"];
type Uploaded = Upload["responses"][200]["content"]["application/json"];

const LONGEST_WAIT = 30; // seconds between two tries
const MOST_FAILURES = 8; // in a row, before it rests until somebody presses Resume
const STALL = 60_000; // milliseconds without progress after which a request is given up
const ASSEMBLY = 15 * 60_000; // milliseconds that the server may take over the last piece

/** What the page shows; called often. */
export interface Watcher {
  sent(bytes: number): void;
  waiting(reason: string, seconds: number): void;
  resting(reason: string): void;
}

export class Transfer {
  private request: XMLHttpRequest | null = null;
  private wake: () => void = () => undefined;
  private paused = false;
  private stopped = false;

  constructor(
    private readonly file: File,
    private readonly chunkSize: number,
    private readonly transcript: string,
    private readonly watcher: Watcher,
  ) {}

  /** Resolves to true when the whole file has arrived, to false when it was stopped. Rejects with Refused. */
  async run(): Promise<boolean> {
    let failures = 0;
    while (!this.stopped) {
      await this.untilResumed();
      try {
        if (await this.sendMissing(() => (failures = 0))) return true;
      } catch (error) {
        if (this.paused || this.stopped) continue;
        if (!(error instanceof Unreachable)) throw error;
        failures += 1;
        await this.recover(error.message, failures);
        if (failures >= MOST_FAILURES) failures = 0;
      }
    }
    return false;
  }

  pause(): void {
    this.paused = true;
    this.request?.abort();
    this.wake();
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    this.request?.abort();
    this.wake();
  }

  private get total(): number {
    return Math.max(Math.ceil(this.file.size / this.chunkSize), 1);
  }

  private piece(number: number): Blob {
    return this.file.slice(number * this.chunkSize, (number + 1) * this.chunkSize);
  }

  private async sendMissing(arrived: () => void): Promise<boolean> {
    const missing = await missingPieces(this.transcript, this.total);
    if (missing === "complete") return true;
    let done = this.file.size - missing.reduce((bytes, number) => bytes + this.piece(number).size, 0);
    for (const number of missing) {
      if (this.paused || this.stopped) return false;
      const complete = await this.send(number, done);
      done += this.piece(number).size;
      arrived();
      if (complete) return true;
    }
    return false;
  }

  /** Send one piece; resolves to whether it completed the file. */
  private send(number: number, before: number): Promise<boolean> {
    const body = new FormData();
    body.set("chunk", this.piece(number), this.file.name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      const lost = (): void => reject(new Unreachable("The connection is lost."));
      let timer = setTimeout(() => request.abort(), STALL);
      request.upload.onprogress = (event) => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), event.loaded >= event.total ? ASSEMBLY : STALL);
        this.watcher.sent(before + Math.min(event.loaded, this.piece(number).size));
      };
      request.onloadend = () => clearTimeout(timer);
      request.onerror = request.onabort = lost;
      request.onload = () => {
        const answer = parsed(request.responseText);
        if (request.status === 200) resolve((answer as Partial<Uploaded> | null)?.complete === true);
        else reject(problem(request.status, answer));
      };
      request.open("POST", this.address(number));
      request.setRequestHeader("X-CSRFToken", csrfToken());
      request.send(body);
    });
  }

  private address(number: number): string {
    const query: Upload["parameters"]["query"] = { chunk_number: number, total_chunks: this.total };
    const text = Object.entries(query).map(([name, value]) => `${name}=${value}`);
    return `${ADDRESS.replace("{transcript_id}", this.transcript)}?${text.join("&")}`;
  }

  /** Wait before the next try; after many in a row, until somebody wants to go on. */
  private async recover(reason: string, failures: number): Promise<void> {
    if (failures >= MOST_FAILURES) {
      this.paused = true;
      this.watcher.resting(reason);
      return;
    }
    for (let left = Math.min(2 ** (failures - 1), LONGEST_WAIT); left > 0 && !this.paused && !this.stopped; left -= 1) {
      this.watcher.waiting(reason, left);
      if (await this.woken(1000)) return;
    }
  }

  /** Resolves to true when something happened before the time was over: a button, or the network coming back. */
  private woken(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (early: boolean): void => {
        clearTimeout(timer);
        removeEventListener("online", online);
        resolve(early);
      };
      const online = (): void => settle(true);
      const timer = setTimeout(() => settle(false), milliseconds);
      addEventListener("online", online);
      this.wake = online;
    });
  }

  private async untilResumed(): Promise<void> {
    while (this.paused && !this.stopped) await this.woken(60_000);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
