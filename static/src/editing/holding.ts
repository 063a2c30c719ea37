// What somebody is writing is not swapped away: regions wait for it, and say so where it is written.

/** Sent to the document when an element has stopped being edited. */
export const EDITING_ENDED = "editing:ended";
/** Sent to a region that has to wait with its news. */
export const REGION_WAITS = "region:waits";
const WAITING = "Something here has changed meanwhile. It will show when you are done.";

/** Mark `element`, in which somebody writes, or take the mark away. */
export function hold(element: HTMLElement, isEdited: boolean): void {
  if (isEdited === element.hasAttribute("data-editing")) return;
  element.toggleAttribute("data-editing", isEdited);
  if (!isEdited) document.dispatchEvent(new Event(EDITING_ENDED));
}

export function isEdited(region: HTMLElement): boolean {
  return region.querySelector("[data-editing]") !== null;
}

export function startHolding(): void {
  document.addEventListener(REGION_WAITS, (event) => {
    for (const line of (event.target as HTMLElement).querySelectorAll<HTMLElement>("[data-editing] [data-waiting]")) {
      line.textContent = WAITING;
      line.hidden = false;
    }
  });
}
