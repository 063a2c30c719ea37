// The plain requests of the live connection, made with the session of the page.
import createClient from "openapi-fetch";

import type { paths } from "../api";
import { csrfToken } from "../dom";
import { detailOf } from "../server";
import type { Outcome } from "./outbox";
import type { Answer, Door } from "./polling";
import type { JobMessageLog, ServerSentEvent, StreamKey, TranscriptEventLog, UserEventLog } from "./wire";

const PATIENCE = 20_000; // milliseconds

const api = createClient<paths>({
  baseUrl: "/",
  fetch: (request) => fetch(request, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }),
});

export const door: Door = {
  async events(stream, since): Promise<Answer> {
    const answer = await answered(read(stream, since));
    if (answer === null) return { kind: "unreachable" };
    const { data, response } = answer;
    if (response.status === 401) return { kind: "signed-out" };
    if (response.status === 403) return { kind: "refused", why: "forbidden" };
    if (response.status === 404) return { kind: "refused", why: "not_found" };
    return data !== undefined && "events" in data ? { kind: "events", ...data } : { kind: "unreachable" };
  },

  async cancel(stream): Promise<Outcome | undefined> {
    const answer = await answered(stop(stream));
    if (answer === null) return undefined;
    const { data, error } = answer;
    if (data === undefined) return { kind: "refused", detail: detailOf(error) ?? "The server refused it." };
    return { kind: "done", cancelled: data.status === "ok" };
  },

  async signedIn(): Promise<boolean | null> {
    const answer = await answered(api.GET("/v1/me"));
    return answer === null ? null : answer.data != null;
  },
};

/** For people without an account, who cannot be signed out. */
export const strangersDoor: Door = { ...door, signedIn: () => Promise.resolve(true) };

interface Read {
  data?: TranscriptEventLog | UserEventLog | JobMessageLog | ServerSentEvent | undefined; // the last was not asked for
  response: Response;
}

function stop(stream: StreamKey) {
  const headers = { "X-CSRFToken": csrfToken() };
  const id = idIn(stream);
  return stream.startsWith("job:")
    ? api.POST("/v1/jobs/{run_id}/cancel", { params: { path: { run_id: id } }, headers })
    : api.POST("/v1/transcripts/{transcript_id}/cancel", { params: { path: { transcript_id: id } }, headers });
}

function read(stream: StreamKey, since: number): Promise<Read> {
  const query = { since };
  if (stream === "shared") return api.GET("/v1/events/shared", { params: { query } });
  if (stream.startsWith("user:")) return api.GET("/v1/events", { params: { query } });
  const id = idIn(stream);
  if (stream.startsWith("job:")) return api.GET("/v1/jobs/{run_id}/events", { params: { query, path: { run_id: id } } });
  const path = { transcript_id: id };
  return api.GET("/v1/transcripts/{transcript_id}/events", { params: { query, path } });
}

function idIn(stream: StreamKey): string {
  return stream.slice(stream.indexOf(":") + 1);
}

/** Null when there was no answer, or one that says: later. */
async function answered<A extends { response: Response }>(call: Promise<A>): Promise<A | null> {
  try {
    const answer = await call;
    return answer.response.status === 429 || answer.response.status >= 500 ? null : answer;
  } catch {
    return null;
  }
}
