// What the pages ask of the API, typed by its description: how they ask, and what an upload needs.
import createClient from "openapi-fetch";

import type { components, paths } from "./api";
import { csrfToken } from "./dom";

export type SpokenLanguage = components["schemas"]["SpokenLanguage"];
export type TargetLanguage = components["schemas"]["TargetLanguage"];

/** The language spoken, and that into which it is translated when it is finished; null: into none. */
export interface Languages {
  source: SpokenLanguage;
  target: TargetLanguage | null;
}

export const api = createClient<paths>({ baseUrl: "/" });
/** Headers without which the server changes nothing for a page. */
export const changing = (): { "X-CSRFToken": string } => ({ "X-CSRFToken": csrfToken() });

/** The server, or the way to it, did not answer: worth another try. */
export class Unreachable extends Error {}

/** The server said no, and why. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const TRY_AGAIN = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/** The error that fits an answer. `detail` is the server's own sentence, where it sent one. */
export function problem(status: number, body: unknown): Error {
  const detail = detailOf(body);
  if (TRY_AGAIN.has(status)) return new Unreachable(detail ?? "The server does not answer.");
  if (status === 401) return new Refused("You are signed out. Sign in again, then choose the same file to go on.", status);
  if (status === 413) return new Refused(detail ?? "The file is larger than this server accepts.", status);
  return new Refused(detail ?? `The server refused the file (status ${status}).`, status);
}

/** The sentence of the server, where it sent one. */
export function detailOf(body: unknown): string | undefined {
  const detail = typeof body === "object" && body !== null && "detail" in body ? body.detail : undefined;
  if (typeof detail === "string") return detail;
  const first: unknown = Array.isArray(detail) ? detail[0] : undefined;
  return typeof first === "object" && first !== null && "msg" in first ? String(first.msg) : undefined;
}

export interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What it answers. Throws Unreachable, with the sentence given, or what `refused` makes of a refusal. */
export async function answered<T>(
  call: Promise<Answer<T>>,
  refused: (status: number, body: unknown) => Error = problem,
  unreachable = "The server cannot be reached.",
): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new Unreachable(unreachable);
  }
  if (answer.data === undefined) throw refused(answer.response.status, answer.error);
  return answer.data;
}

/** A new transcript that waits for its file; returns its id. */
export async function createTranscript(name: string, { source, target }: Languages): Promise<string> {
  const body = { name, source_language: source, target_language: target, source_kind: "file" as const };
  return (await answered(api.POST("/v1/transcripts", { body, headers: changing() }))).id;
}

/** The numbers of the pieces that are still to be sent; "complete" when the file has arrived as a whole. */
export async function missingPieces(id: string, total: number): Promise<number[] | "complete"> {
  const params = { path: { transcript_id: id } };
  const open = await answered(api.GET("/v1/transcripts/{transcript_id}/record/upload", { params }));
  const all = Array.from({ length: total }, (_, number) => number);
  if (open.total_chunks !== null) {
    const here = new Set(open.received);
    const missing = all.filter((number) => !here.has(number));
    return missing.length > 0 ? missing : all.slice(-1); // all here and yet open: the last one again completes it
  }
  const transcript = await answered(api.GET("/v1/transcripts/{transcript_id}", { params }));
  return transcript.status === "idle" ? all : "complete";
}

/** Whether a transcript still waits for its file, and is ours; true as well when nobody can say just now. */
export async function stillWaits(id: string): Promise<boolean> {
  const params = { path: { transcript_id: id } };
  try {
    return (await answered(api.GET("/v1/transcripts/{transcript_id}", { params }))).status === "idle";
  } catch (error) {
    return !isGone(error);
  }
}

/** Forget the pieces and the transcript that waited for them. What is gone already is fine. */
export async function giveUp(id: string): Promise<void> {
  const params = { path: { transcript_id: id } };
  try {
    await answered(api.DELETE("/v1/transcripts/{transcript_id}", { params, headers: changing() }));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Deleted, or somebody else's: two people may share a browser. */
function isGone(error: unknown): boolean {
  return error instanceof Refused && (error.status === 403 || error.status === 404);
}
