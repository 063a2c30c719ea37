// How a page is connected, as those see it who show it.

export type State =
  | { name: "connecting" } // for the first time
  | { name: "live" }
  | { name: "reconnecting"; at: number } // when the next try begins, milliseconds since 1970
  | { name: "polling" } // sockets do not get through, plain requests do
  | { name: "offline" } // the browser has no network at all
  | { name: "signed-out" };

export type Observer = (state: State) => void;

/** Remembers the last state and tells only what is new. */
export class Teller {
  private last: State = { name: "connecting" };
  private readonly observers: Observer[] = [];

  get state(): State {
    return this.last;
  }

  add(observer: Observer): void {
    this.observers.push(observer);
    observer(this.last);
  }

  tell(state: State): void {
    if (JSON.stringify(state) === JSON.stringify(this.last)) return;
    this.last = state;
    for (const observer of this.observers) observer(state);
  }
}
