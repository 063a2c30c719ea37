// The edits that the page of a transcript makes, typed by the description of the API.
import type { components } from "../api";
import { type Answer, answered, api, changing, detailOf, Refused } from "../server";

export type Edit = components["schemas"]["Edit"];

/** Words from the first to the last, by the seconds at which they begin; of one speaker only, where that is said. */
export interface Span {
  from: number;
  to: number;
  speaker: number | undefined;
}

/** Somebody else has changed the text since it was looked at. */
export class ChangedMeanwhile extends Refused {
  constructor(
    message: string,
    readonly text: string,
  ) {
    super(message, 409);
  }
}

const UNREACHABLE = "The server cannot be reached, so nothing was changed. Try again.";

function done<T>(call: Promise<Answer<T>>): Promise<T> {
  return answered(call, refusal, UNREACHABLE);
}

function refusal(status: number, body: unknown): Error {
  const text = typeof body === "object" && body !== null && "text" in body ? body.text : undefined;
  const detail = detailOf(body) ?? `The server refused it (status ${status}).`;
  if (status === 401) return new Refused("You are signed out. Sign in again in another tab, then try again.", status);
  return typeof text === "string" ? new ChangedMeanwhile(detail, text) : new Refused(detail, status);
}

export class Edits {
  private readonly path: { transcript_id: string };

  constructor(transcript: string) {
    this.path = { transcript_id: transcript };
  }

  /** Name a speaker; `participant` is who it was called before, if anybody. */
  async name(speaker: number, participant: string | undefined, name: string): Promise<void> {
    if (participant === undefined) {
      await this.add(name, speaker);
      return;
    }
    const params = { path: { ...this.path, participant_id: participant } };
    const address = "/v1/transcripts/{transcript_id}/participants/{participant_id}";
    await done(api.PATCH(address, { params, body: { name }, headers: changing() }));
  }

  async add(name: string, speaker?: number): Promise<string> {
    const body = speaker === undefined ? { name } : { name, speaker };
    const address = "/v1/transcripts/{transcript_id}/participants";
    return (await done(api.POST(address, { params: { path: this.path }, body, headers: changing() }))).id;
  }

  async merge(speaker: number, into: number): Promise<void> {
    const body = { speaker_from: speaker, speaker_to: into };
    const address = "/v1/transcripts/{transcript_id}/speaker/merge";
    await done(api.PATCH(address, { params: { path: this.path }, body, headers: changing() }));
  }

  async assign(span: Span, to: { speaker: number } | { participant: string }): Promise<void> {
    const only = span.speaker === undefined ? {} : { of_speaker: span.speaker };
    const body = { ...to, timestamp_from: span.from, timestamp_to: span.to, ...only };
    const address = "/v1/transcripts/{transcript_id}/speaker/assign";
    await done(api.PATCH(address, { params: { path: this.path }, body, headers: changing() }));
  }

  async correct(utterance: number, text: string, seen: string): Promise<void> {
    const params = { path: { ...this.path, utterance_id: utterance } };
    const address = "/v1/transcripts/{transcript_id}/utterances/{utterance_id}";
    await done(api.PATCH(address, { params, body: { text, seen }, headers: changing() }));
  }

  async undo(number: number): Promise<Edit> {
    const params = { path: { ...this.path, number } };
    return done(api.POST("/v1/transcripts/{transcript_id}/edits/{number}/undo", { params, headers: changing() }));
  }

  async redo(number: number): Promise<Edit> {
    const params = { path: { ...this.path, number } };
    return done(api.POST("/v1/transcripts/{transcript_id}/edits/{number}/redo", { params, headers: changing() }));
  }

  /** The newest edits, newest first. */
  async newest(): Promise<Edit[]> {
    const params = { path: this.path, query: { size: 5 } };
    return (await done(api.GET("/v1/transcripts/{transcript_id}/edits", { params }))).items;
  }
}
