// Puts new content into a region. What somebody is using is left alone: focus, open menus and what was typed
// survive, and what one reads stays where it is on the screen.

/** A selector that finds the same control after a swap. */
function nameOf(element: Element | null): string {
  for (const name of ["id", "href", "form", "data-skip", "data-play", "data-follow", "data-speed"]) {
    const value = element?.getAttribute(name);
    if (value != null) return `[${name}="${CSS.escape(value)}"]`;
  }
  return "summary";
}

export function swap(region: HTMLElement, content: DocumentFragment): void {
  const focused = region.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const open = [...region.querySelectorAll("details")].map((details) => details.open);
  const typed = [...region.querySelectorAll<HTMLInputElement>("input[id]")].filter((each) => each.value !== each.defaultValue);
  region.replaceChildren(document.adoptNode(content));
  region.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? false));
  for (const { id, value } of typed) {
    const successor = region.querySelector<HTMLInputElement>(`#${CSS.escape(id)}`);
    if (successor !== null) successor.value = value;
  }
  if (focused === null) return;
  const successor = region.querySelector<HTMLElement>(focused);
  if (successor === null) region.tabIndex = -1;
  (successor ?? region).focus({ preventScroll: true });
}

/** Audio that somebody listens to stays as it is, as long as there is audio at all; the file behind it is the same. */
export function isPlayed(region: HTMLElement, content: DocumentFragment): boolean {
  const audio = region.querySelector("audio");
  return audio !== null && (!audio.paused || audio.currentTime > 0) && content.querySelector("audio") !== null;
}

export function isSelected(region: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(region, true);
}

/** What one reads stays where it is, whatever grows above it. */
export function keepingPlace(change: () => void): void {
  const root = document.documentElement;
  root.style.overflowAnchor = "none";
  const anchor = scrollY > 0 ? firstVisible() : null;
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (anchor?.isConnected === true) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  root.style.overflowAnchor = "";
}

function firstVisible(): Element | null {
  const candidates = document.querySelectorAll(".said, .chapter h3, .columns h2, .columns p, .region-row");
  return [...candidates].find((element) => element.getBoundingClientRect().top >= 0) ?? null;
}
