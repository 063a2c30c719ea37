// The end of every switch over events.

/**
 * An event without a case of its own. The type checker refuses a switch that can come here; a page that is older than
 * its server does come here, and reads everything anew.
 */
export function unheard(event: never, readAll: () => void): void {
  console.info("An event that this page does not know yet:", event);
  readAll();
}
