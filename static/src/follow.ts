// Shows on the page what is being said: the utterance, the word where browsers can mark one, and the topic.
import { latest, type Utterance, utterancesOnPage, wordAt } from "./speech";

const EARLY = 0.05; // seconds; times are rounded, and a click shall land in what was clicked

export class Follower {
  private utterances: Utterance[] = utterancesOnPage();
  private current: HTMLElement | null = null;
  /** Whether the page scrolls along. */
  following = true;

  /** The words have been replaced. */
  refresh(): void {
    this.utterances = utterancesOnPage();
    this.current = null;
  }

  show(seconds: number, playing: boolean): void {
    const element = latest(this.utterances, seconds + EARLY)?.element ?? null;
    if (element !== this.current) this.move(element, playing);
    markWord(element === null ? null : wordAt(element, seconds + EARLY));
  }

  private move(element: HTMLElement | null, playing: boolean): void {
    this.current?.classList.remove("now");
    element?.classList.add("now");
    this.current = element;
    markTopic(element);
    if (element !== null && playing && this.following) scrollAlong(element);
  }
}

function markWord(range: Range | null): void {
  if (!("highlights" in CSS)) return;
  if (range === null) CSS.highlights.delete("word-now");
  else CSS.highlights.set("word-now", new Highlight(range));
}

function markTopic(element: HTMLElement | null): void {
  const topic = element?.closest(".chapter")?.querySelector("h3")?.id;
  for (const link of document.querySelectorAll(".topics a")) {
    if (topic !== undefined && link.getAttribute("href") === `#${topic}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Only once the words are in view: who reads the summary while listening is not pulled away from it. */
function scrollAlong(element: HTMLElement): void {
  const words = document.querySelector("[data-words]")?.getBoundingClientRect();
  const line = element.getBoundingClientRect();
  const header = document.querySelector("[data-player]")?.getBoundingClientRect().bottom ?? 0;
  if (words === undefined || words.top > innerHeight * 0.6) return;
  if (line.top > header && line.bottom < innerHeight * 0.75) return;
  const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: smooth ? "smooth" : "instant" });
}
