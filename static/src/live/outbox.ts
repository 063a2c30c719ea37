// What somebody asked for while the server was out of reach: kept, sent once it is back, given up after some minutes.
import type { StreamKey } from "./wire";

const MOST = 20; // commands that wait
const PATIENCE = 5 * 60_000; // milliseconds after which nobody means it any more

export interface Command {
  type: "cancel";
  stream: StreamKey;
}

/** What became of a command. `cancelled` is false when there was nothing left to cancel. */
export type Outcome =
  | { kind: "done"; cancelled: boolean }
  | { kind: "refused"; detail: string }
  | { kind: "expired" };

export interface Waiting {
  id: string;
  command: Command;
}

interface Entry extends Waiting {
  since: number; // milliseconds since 1970
  outcome: Promise<Outcome>;
  settle: (outcome: Outcome) => void;
}

export class Outbox {
  private readonly entries = new Map<string, Entry>();
  private count = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Keep a command until its outcome is known. The same one twice is one. */
  add(command: Command): Promise<Outcome> {
    this.expire();
    const same = [...this.entries.values()].find((entry) => isSame(entry.command, command));
    if (same !== undefined) return same.outcome;
    if (this.entries.size >= MOST) {
      return Promise.resolve({ kind: "refused", detail: "Too much is waiting for the connection already." });
    }
    let settle: Entry["settle"] = () => undefined;
    const outcome = new Promise<Outcome>((resolve) => (settle = resolve));
    const id = `c${(this.count += 1)}`;
    this.entries.set(id, { id, command, since: this.now(), outcome, settle });
    return outcome;
  }

  /** Everything that has no outcome yet, oldest first. */
  waiting(): Waiting[] {
    this.expire();
    return [...this.entries.values()];
  }

  /** Returns false for an id that waits for nothing: an answer that came twice, or to something else. */
  settle(id: string, outcome: Outcome): boolean {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    entry?.settle(outcome);
    return entry !== undefined;
  }

  /** Give up what has waited for too long; called now and then by whoever keeps the time. */
  expire(): void {
    for (const entry of this.entries.values()) {
      if (this.now() - entry.since >= PATIENCE) this.settle(entry.id, { kind: "expired" });
    }
  }

  /** Give up all that waits. */
  refuse(detail: string): void {
    for (const id of [...this.entries.keys()]) this.settle(id, { kind: "refused", detail });
  }
}

function isSame(one: Command, other: Command): boolean {
  return one.type === other.type && one.stream === other.stream;
}
