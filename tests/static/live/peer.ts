// A server on this machine with an event log of its own, reached as pages reach theirs; it misbehaves where it is told to.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { type WebSocket, WebSocketServer } from "ws";

import { Connection } from "../../../static/src/live/connection";
import type { Options } from "../../../static/src/live/options";
import type { Answer, Door } from "../../../static/src/live/polling";
import type { State } from "../../../static/src/live/state";
import type { UserEvent } from "../../../static/src/live/wire";

export const HOME = "user:1";
export const TIMES = { ping: 60, pong: 80, open: 150, poll: 40 }; // milliseconds

export interface Said {
  type: string;
  stream?: string;
  since?: number;
  id?: string;
}

/** What arrived on one socket. */
export interface Call {
  socket: WebSocket;
  since: number;
  protocols: string[];
  said: Said[];
}

export class Peer {
  readonly calls: Call[] = [];
  readonly posts: string[] = [];
  log: UserEvent[] = [];
  signedIn = true;
  opens = true; // whether sockets get through
  answers = true; // whether plain requests do
  pongs = true;
  /** What to do with a socket that has just opened. */
  greet: (call: Call) => void = (call) => this.replay(call, call.since);
  private readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  private readonly server = createServer((request, response) => this.respond(request, response));
  private readonly held: Duplex[] = [];

  async start(port = 0): Promise<void> {
    this.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (this.opens) this.sockets.handleUpgrade(request, socket, head, (opened) => this.opened(opened, request));
      else this.held.push(socket); // never answered, as by a proxy that does not know what it is
    });
    await new Promise<void>((resolve) => this.server.listen(port, "127.0.0.1", resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.cut();
    this.held.forEach((socket) => socket.destroy());
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Something happens; whoever is connected is told. */
  add(count = 1): void {
    for (let n = 0; n < count; n += 1) {
      this.log.push(event(this.log.length + 1));
      this.say(this.log.at(-1));
    }
  }

  say(message: unknown): void {
    for (const { socket } of this.calls) socket.send(JSON.stringify(message), () => undefined);
  }

  replay(call: Call, since: number): void {
    for (const frame of this.log.slice(since)) call.socket.send(JSON.stringify(frame));
  }

  /** All connections are lost, without a goodbye. */
  cut(): void {
    for (const { socket } of this.calls) socket.terminate();
  }

  private opened(socket: WebSocket, request: IncomingMessage): void {
    const since = Number(new URL(request.url ?? "", "http://peer").searchParams.get("since"));
    const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    const call: Call = { socket, since, protocols, said: [] };
    this.calls.push(call);
    socket.on("message", (data) => this.heard(call, JSON.parse(String(data)) as Said));
    this.greet(call);
  }

  private heard(call: Call, said: Said): void {
    call.said.push(said);
    const reply = (message: object): void => call.socket.send(JSON.stringify({ ...message, id: said.id }));
    if (said.type === "ping" && this.pongs) reply({ type: "pong" });
    if (said.type === "cancel") reply({ type: "cancel_requested", stream: said.stream, cancelled: true });
    if (said.type !== "subscribe") return;
    reply({ type: "subscribed", stream: said.stream, seq: said.since });
    if (said.stream === HOME) this.replay(call, said.since ?? 0);
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "", "http://peer");
    if (request.method === "POST") this.posts.push(url.pathname);
    const since = Number(url.searchParams.get("since"));
    const body =
      url.pathname === "/me" ? this.signedIn : { events: this.log.slice(since), seq: this.log.length, reset: false, more: false };
    response.statusCode = this.answers ? 200 : 503;
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(body));
  }
}

export function event(seq: number): UserEvent {
  return { event: "TRANSCRIPT_DELETED", data: { id: String(seq) }, stream: HOME, seq, at: "2026-01-01T00:00:00Z" };
}

/** A connection to the peer, with all that it told. */
export class Client {
  readonly seqs: number[] = [];
  readonly states: State[] = [];
  readonly whispers: UserEvent[] = [];
  resets = 0;
  refusals: string[] = [];
  wake: () => void = () => undefined;
  readonly connection: Connection;

  constructor(peer: Peer, cursor = 0, options: Partial<Options> = {}) {
    const base = `http://127.0.0.1:${peer.port}`;
    this.connection = new Connection({
      url: `${base.replace("http", "ws")}/v1/events`,
      home: HOME,
      door: plainRequests(base),
      onWake: (wake) => (this.wake = wake),
      times: TIMES,
      wait: () => 20,
      ...options,
    });
    this.connection.observe((state) => this.states.push(state));
    this.connection.follow(HOME, cursor, {
      receive: (frame) => void (frame.seq == null ? this.whispers.push(frame) : this.seqs.push(frame.seq)),
      reset: () => (this.resets += 1),
      refused: (why) => this.refusals.push(why),
    });
    this.connection.start();
  }

  get state(): string {
    return this.states.at(-1)?.name ?? "";
  }
}

function plainRequests(base: string): Door {
  const ask = async (path: string, method = "GET"): Promise<unknown> => {
    const response = await fetch(base + path, { method }).catch(() => null);
    return response?.ok === true ? response.json() : null;
  };
  return {
    async events(_, since): Promise<Answer> {
      const body = (await ask(`/events?since=${since}`)) as { events: UserEvent[]; seq: number; reset: boolean; more: boolean } | null;
      return body === null ? { kind: "unreachable" } : { kind: "events", ...body };
    },
    async cancel(stream) {
      return (await ask(`/cancel/${stream}`, "POST")) === null ? undefined : { kind: "done", cancelled: true };
    },
    signedIn: async () => (await ask("/me")) as boolean | null,
  };
}

export async function until(what: string, look: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 5000;
  while (!look()) {
    if (Date.now() > giveUpAt) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const upTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1);
