// One WebSocket from its opening to its end. It beats: a server that does not answer a ping in time is taken for lost.
import { type ClientMessage, type Message, parse } from "./wire";

/** The end of a line that went silent, or never opened in time; as if it had been closed with this code. */
export const SILENT = 4408;

/** Milliseconds. */
export interface Times {
  ping: number; // between two pings
  pong: number; // until a ping must have been answered
  open: number; // until a connection must stand
}

export interface Ends {
  message(message: Message): void;
  /** Told once. `heard` is whether the server has said anything at all. */
  ended(code: number, heard: boolean): void;
}

export class Line {
  /** Whether the server has said anything: some proxies open a socket and let nothing through. */
  heard = false;
  private over = false;
  private readonly socket: WebSocket;
  private patience: ReturnType<typeof setTimeout> | undefined; // until the line has to open, or a ping to be answered
  private readonly beat: ReturnType<typeof setInterval>;

  /** Throws where WebSockets are missing or forbidden. */
  constructor(
    url: string,
    protocols: string[],
    hello: () => ClientMessage[],
    private readonly times: Times,
    private readonly ends: Ends,
  ) {
    this.socket = new WebSocket(url, protocols);
    this.patience = setTimeout(() => this.end(SILENT), times.open);
    this.beat = setInterval(() => this.probe(), times.ping);
    this.socket.onopen = () => {
      this.calm();
      this.probe();
      hello().forEach((message) => this.send(message));
    };
    this.socket.onmessage = (event) => this.received(event.data);
    this.socket.onclose = (event) => this.end(event.code);
  }

  send(message: ClientMessage): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Find out now whether the server is still there. */
  probe(): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.send({ type: "ping" });
    this.patience ??= setTimeout(() => this.end(SILENT), this.times.pong); // an unanswered one keeps its time
  }

  /** Leave without telling `ended`. */
  close(): void {
    this.over = true;
    this.calm();
    clearInterval(this.beat);
    this.socket.close();
  }

  private received(text: unknown): void {
    if (this.over) return;
    this.heard = true;
    const message = parse(text);
    if (message?.kind === "reply" && message.reply.type === "pong") this.calm();
    if (message !== null) this.ends.message(message);
  }

  private end(code: number): void {
    if (this.over) return;
    this.close();
    this.ends.ended(code, this.heard);
  }

  private calm(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
  }
}
