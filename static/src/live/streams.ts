// The streams that a page follows: each event is handed on once and in order, whichever way and how often it came.
import { type Frame, type FrameOf, isKept, nameOf, type StreamKey } from "./wire";

export type Refusal = "forbidden" | "not_found";

/** Who is told what happens on a stream. */
export interface Follower<F> {
  receive(frame: F): void;
  /** Some events can no longer be had: whatever they would have said has to be read anew. */
  reset(): void;
  /** The stream may no longer be followed, or is gone. Nothing comes after this. */
  refused(why: Refusal): void;
}

interface Followed {
  cursor: number; // of the last event that was handed on
  asked: boolean; // whether the server has been asked for what is missing, and has not answered yet
  follower: Follower<Frame>;
}

export class Streams {
  private readonly all = new Map<string, Followed>();

  add<S extends StreamKey>(stream: S, cursor: number, follower: Follower<FrameOf<S>>): void {
    this.all.set(stream, { cursor, asked: false, follower: follower as Follower<Frame> });
  }

  remove(stream: string): void {
    this.all.delete(stream);
  }

  keys(): StreamKey[] {
    return [...this.all.keys()] as StreamKey[];
  }

  /** The number after which everything is still to come. */
  cursor(stream: string): number {
    return this.all.get(stream)?.cursor ?? 0;
  }

  /** Hand a frame on, unless it was already. Returns whether events before it are missing and should be asked for. */
  take(frame: Frame): boolean {
    const followed = this.all.get(frame.stream);
    if (followed === undefined) return false;
    if (nameOf(frame) === "RESET") return this.reset(frame.stream, frame.seq ?? 0);
    if (!isKept(frame)) return this.hand(followed, frame);
    if (frame.seq <= followed.cursor) return false;
    if (frame.seq > followed.cursor + 1) return this.ask(followed);
    followed.cursor = frame.seq;
    return this.hand(followed, frame);
  }

  private hand(followed: Followed, frame: Frame): false {
    followed.follower.receive(frame);
    return false;
  }

  /** The server goes on after `cursor`; what lies before is not to be had any more. */
  reset(stream: string, cursor: number): false {
    const followed = this.all.get(stream);
    if (followed !== undefined) followed.cursor = cursor;
    followed?.follower.reset();
    return false;
  }

  /** The server has answered, or the connection that was asked on is gone. */
  answered(stream: string): void {
    const followed = this.all.get(stream);
    if (followed !== undefined) followed.asked = false;
  }

  refuse(stream: string, why: Refusal): void {
    const followed = this.all.get(stream);
    this.all.delete(stream);
    followed?.follower.refused(why);
  }

  private ask(followed: Followed): boolean {
    const first = !followed.asked;
    followed.asked = true;
    return first;
  }
}
