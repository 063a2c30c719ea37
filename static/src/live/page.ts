// A page that follows what happens: <main> names its streams, the cursors that were read before its content, and the
// address of its regions.
import type { paths } from "../api";
import { need } from "../dom";
import { Regions } from "../regions/regions";
import { startCancelling } from "./cancel";
import { Connection } from "./connection";
import { door, strangersDoor } from "./door";
import { showListEvent } from "./list";
import { isAnythingWorking } from "./progress";
import type { State } from "./state";
import { StatusLine } from "./status-line";
import type { Follower } from "./streams";
import { showTranscriptEvent } from "./transcript";
import type { FrameOf, StreamKey, TranscriptEvent, UserEvent } from "./wire";

// The sockets have the addresses of the logs that they carry.
const OF_LISTS = "/v1/events" satisfies keyof paths;
const OF_ONE = "/v1/transcripts/{transcript_id}/events" satisfies keyof paths;

export function startLive(): void {
  const main = document.querySelector<HTMLElement>("main[data-stream]");
  if (main !== null) new LivePage(main).start();
}

class LivePage {
  private readonly stream: `transcript:${string}` | "shared";
  private readonly home: `user:${string}` | null; // null for people without an account
  private readonly regions: Regions;
  private readonly connection: Connection;
  private readonly line = new StatusLine();
  private wasSignedOut = false;

  constructor(private readonly main: HTMLElement) {
    this.stream = this.named("stream") as `transcript:${string}` | "shared";
    this.home = (main.dataset["userStream"] as `user:${string}` | undefined) ?? null;
    this.regions = new Regions(this.named("regions"), {
      gone: () => this.showGone(),
      forbidden: () => location.reload(), // the whole page says so
      signedOut: () => (this.home === null ? location.reload() : void this.connection.suspect()),
    });
    this.connection = new Connection({
      url: new URL(this.address(), location.href.replace(/^http/, "ws")).href,
      home: this.home ?? this.stream,
      door: this.home === null ? strangersDoor : door,
      isOnline: () => navigator.onLine,
      onWake: wakeUps,
      onPolled: () => this.polled(),
    });
  }

  start(): void {
    this.connection.observe((state) => {
      this.line.show(state);
      this.connected(state);
    });
    if (this.stream !== "shared") this.followTranscript(this.stream);
    else if (this.home !== null) this.followLists(this.stream, this.home);
    if (this.home !== null || this.stream !== "shared") this.connection.start();
    const often = Number(this.main.dataset["refresh"] ?? 0); // seconds; for what comes in no stream
    if (often > 0) setInterval(() => this.regions.touch(), often * 1000);
  }

  private named(name: string): string {
    const value = this.main.dataset[name];
    if (value === undefined) throw new Error(`<main> does not say its ${name}.`);
    return value;
  }

  // --- what is followed

  /** The socket of a person carries all that they follow; that of a stranger the one transcript, and stays after its end. */
  private address(): string {
    if (this.home !== null || this.stream === "shared") return OF_LISTS;
    return `${OF_ONE.replace("{transcript_id}", this.stream.slice("transcript:".length))}?stay=true`;
  }

  private followLists(shared: "shared", home: `user:${string}`): void {
    const show = (frame: UserEvent): void => showListEvent(frame, this.regions);
    this.follow(home, Number(this.named("userCursor")), show);
    this.follow(shared, Number(this.named("cursor")), show);
  }

  private followTranscript(stream: `transcript:${string}`): void {
    const deleted = (frame: UserEvent): void => {
      const isOurs = frame.event === "TRANSCRIPT_DELETED" && stream === `transcript:${frame.data.id}`;
      if (isOurs) this.regions.touch();
    };
    if (this.home !== null) this.follow(this.home, Number(this.named("userCursor")), deleted);
    this.follow(stream, Number(this.named("cursor")), (frame: TranscriptEvent) => showTranscriptEvent(frame, this.regions));
    startCancelling(this.connection, stream);
  }

  private follow<S extends StreamKey>(stream: S, cursor: number, receive: (frame: FrameOf<S>) => void): void {
    const touch = (): void => this.regions.touch();
    const follower: Follower<FrameOf<S>> = { receive, reset: touch, refused: touch };
    this.connection.follow(stream, cursor, follower);
  }

  // --- what becomes of the connection

  private connected(state: State): void {
    if (state.name === "live" || state.name === "polling") this.regions.retry();
    if (this.wasSignedOut && state.name !== "signed-out") location.reload(); // perhaps as somebody else
    this.wasSignedOut = state.name === "signed-out";
  }

  /** Progress between two stages is only whispered, and whispers do not come by plain requests. */
  private polled(): void {
    if (isAnythingWorking()) this.regions.touch(this.stream === "shared" ? undefined : ["standing", "progress"]);
  }

  /** Deleted while somebody looks at it. */
  private showGone(): void {
    this.connection.stop();
    this.line.leave();
    const notice = need<HTMLTemplateElement>("template[data-gone]");
    this.main.replaceChildren(notice.content.cloneNode(true));
    this.main.focus();
  }
}

function wakeUps(wake: () => void): void {
  addEventListener("online", wake);
  addEventListener("offline", wake);
  addEventListener("pageshow", (event) => {
    if (event.persisted) wake(); // from the browser's cache of pages
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
}
