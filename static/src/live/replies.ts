// What the answers of the server mean for those who wait for them.
import type { Outbox } from "./outbox";
import type { Streams } from "./streams";
import type { ServerMessage } from "./wire";

/** What a connection has to do about an answer. */
export type Consequence = "none" | "come back later" | "ask who is signed in";

export function take(reply: ServerMessage, streams: Streams, outbox: Outbox): Consequence {
  switch (reply.type) {
    case "subscribed":
      streams.answered(reply.stream);
      return "none";
    case "cancel_requested":
      outbox.settle(reply.id ?? "", { kind: "done", cancelled: reply.cancelled });
      return "none";
    case "error":
      return objection(reply, streams, outbox);
    case "pong":
    case "unsubscribed":
      return "none";
  }
}

function objection(
  { id, code, detail, stream }: ServerMessage & { type: "error" },
  streams: Streams,
  outbox: Outbox,
): Consequence {
  if (code === "unavailable" || code === "too_fast") return "come back later";
  if (code === "unauthenticated") return "ask who is signed in";
  const isOfCommand = outbox.settle(id ?? "", { kind: "refused", detail });
  if (!isOfCommand && stream != null && (code === "forbidden" || code === "not_found")) streams.refuse(stream, code);
  return "none";
}
