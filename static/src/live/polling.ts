// Where sockets do not get through: the same events, asked for every few seconds.
import type { Outbox, Outcome } from "./outbox";
import type { Streams } from "./streams";
import type { Frame, StreamKey } from "./wire";

/** What one question for a stream brought. */
export type Answer =
  | { kind: "events"; events: Frame[]; seq: number; reset: boolean; more: boolean }
  | { kind: "refused"; why: "forbidden" | "not_found" }
  | { kind: "signed-out" }
  | { kind: "unreachable" };

const SOON = 1000; // milliseconds

/** The way to the server by plain requests. */
export interface Door {
  /** The events of a stream after `since`. */
  events(stream: StreamKey, since: number): Promise<Answer>;
  /** Undefined when the server did not answer. */
  cancel(stream: StreamKey): Promise<Outcome | undefined>;
  /** Null when the server did not answer. */
  signedIn(): Promise<boolean | null>;
}

/** How it went: `works` until a question is not answered. */
export type Result = "works" | "unreachable" | "signed-out";

export class Polling {
  result: Result | null = null; // null while it does not run, or has not been answered yet
  private timer: ReturnType<typeof setTimeout> | undefined;
  private round = 0; // odd while it runs
  private eager = false; // to see what a command has brought about

  constructor(
    private readonly door: Door,
    private readonly streams: Streams,
    private readonly outbox: Outbox,
    private readonly interval: number, // milliseconds
    private readonly told: (result: Result) => void,
  ) {}

  get running(): boolean {
    return this.round % 2 === 1;
  }

  start(): void {
    if (this.running) return;
    this.round += 1;
    void this.ask(this.round);
  }

  /** Do not wait for the next round: there is something to send. */
  hurry(): void {
    if (!this.running) return;
    clearTimeout(this.timer);
    this.round += 2;
    void this.ask(this.round);
  }

  stop(): void {
    if (this.running) this.round += 1;
    this.result = null;
    clearTimeout(this.timer);
  }

  private async ask(round: number): Promise<void> {
    const result = await this.once(round);
    if (round !== this.round) return;
    this.timer = setTimeout(() => void this.ask(round), this.eager ? SOON : this.interval);
    this.eager = false;
    this.result = result;
    this.told(result);
  }

  /** Ask for every stream in turn, then send what waits. */
  private async once(round: number): Promise<Result> {
    for (const stream of this.streams.keys()) {
      const result = await this.read(stream, round);
      if (result !== "works") return result;
    }
    return this.sendWaiting();
  }

  private async read(stream: StreamKey, round: number): Promise<Result> {
    for (;;) {
      const answer = await this.door.events(stream, this.streams.cursor(stream));
      if (round !== this.round) return "unreachable"; // stopped meanwhile: nobody listens
      if (answer.kind === "signed-out" || answer.kind === "unreachable") return answer.kind;
      if (answer.kind === "refused") this.streams.refuse(stream, answer.why);
      if (answer.kind === "refused") return "works";
      if (answer.reset) this.streams.reset(stream, answer.seq);
      else answer.events.forEach((frame) => this.streams.take(frame));
      if (!answer.more) return "works";
    }
  }

  private async sendWaiting(): Promise<Result> {
    for (const { id, command } of this.outbox.waiting()) {
      const outcome = await this.door.cancel(command.stream);
      if (outcome === undefined) return "unreachable";
      this.outbox.settle(id, outcome);
      this.eager = true;
    }
    return "works";
  }
}
