// The button that cancels: by the live connection, so that it also works while the server is out of reach for a moment.
import type { Connection } from "./connection";
import type { Outcome } from "./outbox";
import type { StreamKey } from "./wire";

export function startCancelling(connection: Connection, stream: StreamKey): void {
  const form = document.querySelector<HTMLFormElement>("#cancel-form");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void cancel(connection, stream);
  });
}

async function cancel(connection: Connection, stream: StreamKey): Promise<void> {
  const outcome = connection.request({ type: "cancel", stream });
  say(connection.isLive ? "Cancelling…" : "Will be cancelled as soon as the connection is back.");
  say(words(await outcome));
}

/** What is left to say; that it was cancelled is said by the page. */
function words(outcome: Outcome): string {
  if (outcome.kind === "refused") return outcome.detail;
  if (outcome.kind === "expired") return "The connection was away for too long, so nothing was cancelled. Press Cancel again.";
  return outcome.cancelled ? "" : "There was nothing left to cancel.";
}

function say(sentence: string): void {
  const line = document.querySelector<HTMLElement>("[data-cancel-said]");
  if (line === null) return;
  line.textContent = sentence;
  line.hidden = sentence === "";
}
