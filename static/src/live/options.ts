// What a connection has to be told: where, as whom, and how patiently.
import type { Times } from "./line";
import type { Door } from "./polling";
import type { StreamKey } from "./wire";

/** Milliseconds. */
export const TIMES = { ping: 20_000, pong: 10_000, open: 10_000, poll: 5_000 };

export interface Options {
  /** The address of the socket, such as `wss://…/v1/events`, which carries the stream `home`. */
  url: string;
  home: StreamKey;
  door: Door;
  /** Subprotocols such as `["bearer", token]`, asked for before every try, so that a token can be a fresh one. */
  protocols?: () => Promise<string[]>;
  /** Whether there is a network, and a way to hear when that may have changed. */
  isOnline?: () => boolean;
  onWake?: (wake: () => void) => void;
  /** Called after each round of plain requests. */
  onPolled?: () => void;
  times?: Partial<Times & { poll: number }>;
  /** Milliseconds before the next try, after so many failures in a row. */
  wait?: (failures: number) => number;
}
