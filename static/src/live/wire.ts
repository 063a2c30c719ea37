// What travels between server and page. The types come from the server's description of its API.
import type { components } from "../api";

type Schemas = components["schemas"];

export type TranscriptEvent = Schemas["TranscriptEvent"];
export type UserEvent = Schemas["UserEvent"];
export type JobMessage = Schemas["JobMessage"];
export type ServerMessage = Schemas["ServerMessage"];
export type TranscriptEventLog = Schemas["TranscriptEventLog"];
export type UserEventLog = Schemas["UserEventLog"];
export type JobMessageLog = Schemas["JobMessageLog"];
export type ServerSentEvent = components["schemas"]["ServerSentEvent"];
export type Frame = TranscriptEvent | UserEvent | JobMessage;

/** What is sent; a field that has a default may be left out. */
export type ClientMessage = Sendable<Schemas["ClientMessage"]>;
type Sendable<M extends { type: string }> = M extends unknown ? Pick<M, "type"> & Partial<Omit<M, "type">> : never;

/** `transcript:<id>`, `user:<id>`, `job:<id of a run>`, or the list that all signed-in people share. */
export type StreamKey = `transcript:${string}` | `user:${string}` | `job:${string}` | "shared";

/** What a stream of this name carries. */
export type FrameOf<S extends StreamKey> = S extends `transcript:${string}`
  ? TranscriptEvent
  : S extends `job:${string}`
    ? JobMessage
    : UserEvent;

/** A message as its receiver treats it: something that happened on a stream, or an answer to what was sent. */
export type Message = { kind: "frame"; frame: Frame } | { kind: "reply"; reply: ServerMessage };

/** The message in this text; null for what is none. That its fields are those of its type is the server's word. */
export function parse(text: unknown): Message | null {
  const value = typeof text === "string" ? json(text) : null;
  if (typeof value !== "object" || value === null) return null;
  if ("data" in value && ("event" in value || "type" in value)) return { kind: "frame", frame: value as Frame };
  return "type" in value ? { kind: "reply", reply: value as ServerMessage } : null;
}

/** What happened; on the streams of jobs it stands under `type`. */
export function nameOf(frame: Frame): string {
  return "event" in frame ? frame.event : frame.type;
}

/** Whether an event is kept in the log. One that was only whispered has no number. */
export function isKept(frame: Frame): frame is Frame & { seq: number } {
  return typeof frame.seq === "number";
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
