// Keeps a page up to date while work goes on: asks for the regions whose content has changed, and swaps only those.
// What somebody is using is left alone: focus and open menus survive, selected text and playing audio wait.

const INTERVAL = 2000; // milliseconds between two questions
const LONGEST = 30_000; // after failures

let said = ""; // the last headline that was read out or stood on the page at first

/** Sent to the document after regions were swapped; `detail` holds their names. */
export const REGIONS_CHANGED = "regions:changed";

export function startPolling(): void {
  const main = document.querySelector<HTMLElement>("main[data-poll]");
  const address = main?.dataset["poll"];
  if (address !== undefined && main?.dataset["working"] === "true") void poll(address);
}

async function poll(address: string): Promise<void> {
  said = headline();
  let failures = 0;
  for (;;) {
    await sleep(Math.min(INTERVAL * 2 ** failures, LONGEST));
    await untilVisible();
    const fragment = await ask(address);
    failures = fragment === null ? failures + 1 : 0;
    showConnection(failures === 0);
    if (fragment === null) continue;
    const left = patch(fragment);
    if (fragment.dataset["working"] !== "true" && left === 0) return;
  }
}

/** The fragment; null when the server did not answer. Reloads when the page is not ours any more. */
async function ask(address: string): Promise<HTMLElement | null> {
  const url = new URL(address, location.href);
  url.searchParams.set("have", digests());
  let response: Response;
  try {
    response = await fetch(url, { headers: { Accept: "text/html" } });
  } catch {
    return null;
  }
  if (response.status >= 500) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fragment = page.querySelector<HTMLElement>("[data-fragment]");
  if (!response.ok || fragment === null) {
    location.reload(); // deleted, or signed out: the whole page says which
    await new Promise(() => undefined);
  }
  return fragment;
}

function digests(): string {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  return regions.map((region) => `${region.id}:${region.dataset["digest"] ?? ""}`).join(",");
}

/** Swap what has changed; returns how many regions had to wait. */
function patch(fragment: HTMLElement): number {
  const swapped: string[] = [];
  let waiting = 0;
  for (const news of fragment.querySelectorAll<HTMLTemplateElement>("template[data-for]")) {
    const region = document.getElementById(news.dataset["for"] ?? "");
    if (region === null || hasPlayed(region)) continue;
    if (isSelected(region)) {
      waiting += 1;
      continue;
    }
    swap(region, news.content);
    region.dataset["digest"] = news.dataset["digest"] ?? "";
    swapped.push(region.id);
  }
  if (swapped.length > 0) document.dispatchEvent(new CustomEvent(REGIONS_CHANGED, { detail: swapped }));
  announce();
  return waiting;
}

/** Audio that somebody listens to stays as it is; the file behind it is the same. */
function hasPlayed(region: HTMLElement): boolean {
  const audio = region.querySelector("audio");
  return audio !== null && (!audio.paused || audio.currentTime > 0);
}

function isSelected(region: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(region, true);
}

function swap(region: HTMLElement, content: DocumentFragment): void {
  const focused = region.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const open = [...region.querySelectorAll("details")].map((details) => details.open);
  keepingPlace(() => region.replaceChildren(document.adoptNode(content)));
  region.querySelectorAll("details").forEach((details, index) => (details.open = open[index] ?? false));
  if (focused === null) return;
  const successor = region.querySelector<HTMLElement>(focused);
  if (successor === null) region.tabIndex = -1;
  (successor ?? region).focus({ preventScroll: true });
}

/** A selector that finds the same control after the swap. */
function nameOf(element: Element | null): string {
  for (const name of ["id", "href", "form", "data-skip", "data-play", "data-follow", "data-speed"]) {
    const value = element?.getAttribute(name);
    if (value != null) return `[${name}="${CSS.escape(value)}"]`;
  }
  return "summary";
}

/** What one reads stays where it is on the screen, whatever grows above it. */
function keepingPlace(change: () => void): void {
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

/** Tell screen readers of a new stage, but not of every percent, nor of what they have just read. */
function announce(): void {
  const announcer = document.querySelector("[data-announcer]");
  if (announcer === null) return;
  if (headline() !== said) announcer.textContent = said = headline();
  const title = document.querySelector("h1")?.textContent?.trim();
  if (title !== undefined) document.title = `${title} · Reflector`;
}

function headline(): string {
  return document.querySelector("[data-headline]")?.textContent?.trim() ?? "Finished";
}

function showConnection(good: boolean): void {
  const line = document.querySelector<HTMLElement>("[data-connection]");
  if (line !== null) line.hidden = good;
}

async function untilVisible(): Promise<void> {
  while (document.hidden) {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
