// The one connection of a page: a socket that comes back by itself, plain requests where sockets are blocked, and a
// queue for what is asked for in between. Whatever happens on the way, each event of a stream arrives once, in order.
import { pause } from "./backoff";
import { Line, type Times } from "./line";
import { type Options, TIMES } from "./options";
import { type Command, Outbox, type Outcome } from "./outbox";
import { Polling, type Result } from "./polling";
import { take } from "./replies";
import { type Observer, type State, Teller } from "./state";
import { type Follower, type Refusal, Streams } from "./streams";
import type { ClientMessage, FrameOf, Message, ServerMessage, StreamKey } from "./wire";

const UNAUTHENTICATED = 4401;
const REFUSED = new Map<number, Refusal>([
  [4403, "forbidden"],
  [4404, "not_found"],
]);
const BLOCKED = 3; // tries in a row that never heard the server, after which plain requests take over

export class Connection {
  private readonly streams = new Streams();
  private readonly outbox = new Outbox();
  private readonly teller = new Teller();
  private readonly polling: Polling;
  private readonly times: Times & { poll: number };
  private line: Line | null = null;
  private tries = 0; // numbers the tries, so that one that was overtaken ends quietly
  private failures = 0; // in a row
  private unheard = 0; // of them, those that never heard the server
  private next: { at: number; timer: ReturnType<typeof setTimeout> } | null = null;
  private signedOut = false;

  constructor(private readonly options: Options) {
    this.times = { ...TIMES, ...options.times };
    this.polling = new Polling(options.door, this.streams, this.outbox, this.times.poll, (result) => this.polled(result));
  }

  /** Begin; the streams that are to be followed have been named. */
  start(): void {
    this.options.onWake?.(() => this.wake());
    void this.connect();
  }

  stop(): void {
    this.leave();
    this.polling.stop();
  }

  /** Hand on everything that happens on a stream after `cursor`. */
  follow<S extends StreamKey>(stream: S, cursor: number, follower: Follower<FrameOf<S>>): void {
    this.streams.add(stream, cursor, follower);
    if (this.isLive) this.line?.send(this.subscription(stream));
  }

  unfollow(stream: StreamKey): void {
    this.streams.remove(stream);
    this.line?.send({ type: "unsubscribe", stream });
  }

  /** Ask the server for something, now or as soon as it is back. */
  request(command: Command): Promise<Outcome> {
    const outcome = this.outbox.add(command);
    if (this.isLive) this.sendWaiting();
    else this.polling.hurry();
    return outcome;
  }

  observe(observer: Observer): void {
    this.teller.add(observer);
  }

  get isLive(): boolean {
    return this.line?.heard === true;
  }

  /** Something suggests that the session is over: ask, and say so when it is true. */
  async suspect(): Promise<void> {
    if ((await this.options.door.signedIn()) === false) this.signOut();
  }

  // --- trying

  private async connect(): Promise<void> {
    this.leave();
    const number = (this.tries += 1);
    this.show();
    try {
      const protocols = (await this.options.protocols?.()) ?? [];
      if (number === this.tries) this.line = this.open(protocols);
    } catch {
      this.unheard = BLOCKED; // no WebSocket here, or no token to be had: no other try would show more
      if (number === this.tries) this.failed();
    }
  }

  private open(protocols: string[]): Line {
    const { url, home } = this.options;
    const hello = (): ClientMessage[] =>
      this.streams.keys().filter((stream) => stream !== home).map((stream) => this.subscription(stream));
    const address = new URL(url);
    address.searchParams.set("since", String(this.streams.cursor(home)));
    return new Line(address.href, protocols, hello, this.times, {
      message: (message) => this.received(message),
      ended: (code, heard) => void this.ended(code, heard),
    });
  }

  private subscription(stream: StreamKey): ClientMessage {
    return { type: "subscribe", stream, since: this.streams.cursor(stream) };
  }

  private async ended(code: number, heard: boolean): Promise<void> {
    this.line = null;
    this.unheard = heard ? 0 : this.unheard + 1;
    const refusal = REFUSED.get(code);
    if (refusal !== undefined) return this.refused(refusal);
    if (code === UNAUTHENTICATED && (await this.options.door.signedIn()) === false) this.signOut();
    else if (this.line === null) this.failed();
  }

  /** The stream of the address may no longer be followed, or is gone; there is nothing to come back for. */
  private refused(why: Refusal): void {
    this.stop();
    this.streams.refuse(this.options.home, why);
  }

  private failed(): void {
    if (this.signedOut) return;
    this.failures += 1;
    this.outbox.expire();
    const wait = (this.options.wait ?? pause)(this.failures);
    this.next = { at: Date.now() + wait, timer: setTimeout(() => void this.connect(), wait) };
    if (this.unheard >= BLOCKED) this.polling.start();
    this.show();
  }

  /** The network may be back, or somebody looks at the page again. */
  private wake(): void {
    if (this.signedOut) return void this.returned();
    if (this.line === null) void this.connect();
    else this.line.probe();
    void this.suspect();
  }

  private leave(): void {
    this.tries += 1;
    this.line?.close();
    this.line = null;
    clearTimeout(this.next?.timer);
    this.next = null;
    for (const stream of this.streams.keys()) this.streams.answered(stream);
  }

  private signOut(): void {
    this.signedOut = true;
    this.stop();
    this.outbox.refuse("You are signed out, so this was not done.");
    this.show();
  }

  private async returned(): Promise<void> {
    if ((await this.options.door.signedIn()) !== true || !this.signedOut) return;
    this.signedOut = false;
    void this.connect();
  }

  // --- hearing

  private received(message: Message): void {
    if (this.failures > 0 || this.teller.state.name !== "live") this.arrived();
    if (message.kind === "reply") this.replied(message.reply);
    else if (this.streams.take(message.frame)) this.line?.send(this.subscription(message.frame.stream as StreamKey));
  }

  private arrived(): void {
    this.failures = this.unheard = 0;
    this.polling.stop();
    this.sendWaiting();
    this.show();
  }

  private replied(reply: ServerMessage): void {
    const consequence = take(reply, this.streams, this.outbox);
    if (consequence === "come back later") this.retreat();
    if (consequence === "ask who is signed in") void this.suspect();
  }

  private retreat(): void {
    this.leave();
    this.failed();
  }

  private polled(result: Result): void {
    if (result === "signed-out") return this.signOut();
    if (result === "works") this.options.onPolled?.();
    this.show();
  }

  private sendWaiting(): void {
    for (const { id, command } of this.outbox.waiting()) this.line?.send({ ...command, id });
  }

  // --- telling

  private show(): void {
    this.teller.tell(this.state());
  }

  private state(): State {
    if (this.signedOut) return { name: "signed-out" };
    if (this.isLive) return { name: "live" };
    if (this.polling.result === "works") return { name: "polling" };
    if (this.options.isOnline?.() === false) return { name: "offline" };
    if (this.failures === 0) return { name: "connecting" };
    return { name: "reconnecting", at: this.next?.at ?? Date.now() };
  }
}
