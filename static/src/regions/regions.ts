// Keeps the content of a page true: asks for the regions that an event concerns, once per burst, and swaps those that
// differ. The server renders them with the templates that rendered the page.
import { pause } from "../live/backoff";
import { EDITING_ENDED, isEdited, REGION_WAITS } from "../editing/holding";
import { announce } from "./announce";
import { arrange } from "./rows";
import { isPlayed, isSelected, keepingPlace, swap } from "./swap";

const BURST = 150; // milliseconds in which events are gathered
const PATIENCE = 15_000; // milliseconds; an answer that has not come then was lost on the way

/** Sent to the document after regions were swapped; `detail` holds their names. */
export const REGIONS_CHANGED = "regions:changed";

/** What the server said instead of sending regions. */
export interface Endings {
  gone(): void;
  forbidden(): void;
  signedOut(): void;
}

type Asked = { fragment: HTMLElement } | "later" | "ended" | "something else";

export class Regions {
  private readonly stale = new Set<string>();
  private all = false; // whether every region may have changed
  private readonly kept = new Set<string>(); // regions that had to wait for a selection or an edit to end
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = false;
  private failures = 0;

  constructor(
    private readonly address: string,
    private readonly endings: Endings,
  ) {
    for (const event of ["selectionchange", EDITING_ENDED]) document.addEventListener(event, () => this.released());
    document.addEventListener("visibilitychange", () => this.soon());
  }

  /** These regions may have changed; without names, all of them. */
  touch(names?: readonly string[]): void {
    this.note(names);
    this.soon();
  }

  private note(names?: readonly string[]): void {
    if (names === undefined) this.all = true;
    else names.forEach((name) => this.stale.add(name));
  }

  private soon(delay = BURST): void {
    if (this.timer !== undefined || this.asking || document.hidden || !this.needed()) return;
    this.timer = setTimeout(() => void this.refresh(), delay);
  }

  /** The way to the server is open again. */
  retry(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.soon();
  }

  private needed(): boolean {
    return this.all || this.stale.size > 0;
  }

  private async refresh(): Promise<void> {
    const names = this.all ? undefined : [...this.stale];
    this.all = false;
    this.stale.clear();
    this.asking = true;
    const asked = await this.ask(names);
    this.asking = false;
    this.timer = undefined;
    if (asked === "ended") return;
    if (asked === "something else") return this.note(names); // asked for with the next event, or when we look again
    this.failures = asked === "later" ? this.failures + 1 : 0;
    if (asked === "later") this.note(names);
    else this.patch(asked.fragment);
    this.soon(asked === "later" ? pause(this.failures) : BURST);
  }

  private async ask(names: readonly string[] | undefined): Promise<Asked> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.question(names), {
        headers: { Accept: "text/html" },
        signal: AbortSignal.timeout(PATIENCE),
      });
      text = await response.text();
    } catch {
      return "later";
    }
    const fragment = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLElement>("[data-fragment]");
    if (response.ok && fragment !== null) return { fragment };
    if (response.status === 404) this.endings.gone();
    else if (response.status === 403) this.endings.forbidden();
    else if (!response.ok) return "later";
    else return this.somethingElse();
    return "ended";
  }

  /** A page that is not ours: the one to sign in, or that of a network which wants something first. */
  private somethingElse(): "something else" {
    this.endings.signedOut();
    return "something else";
  }

  private question(names: readonly string[] | undefined): URL {
    const url = new URL(this.address, location.href);
    if (names !== undefined) url.searchParams.set("regions", names.join(","));
    const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
    const asked = regions.filter((region) => names === undefined || names.includes(region.id));
    url.searchParams.set("have", asked.map((region) => `${region.id}:${region.dataset["digest"] ?? ""}`).join(","));
    return url;
  }

  /** Swap what has changed; what is selected or edited has to wait. */
  private patch(fragment: HTMLElement): void {
    const swapped: string[] = [];
    keepingPlace(() => {
      const list = document.querySelector<HTMLElement>("[data-rows]");
      const order = fragment.dataset["order"];
      if (list !== null && order !== undefined) arrange(list, order.split(" ").filter(Boolean));
      for (const news of fragment.querySelectorAll<HTMLTemplateElement>("template[data-for]")) {
        if (this.put(news)) swapped.push(news.dataset["for"] ?? "");
      }
    });
    if (swapped.length > 0) document.dispatchEvent(new CustomEvent(REGIONS_CHANGED, { detail: swapped }));
    announce();
  }

  private put(news: HTMLTemplateElement): boolean {
    const region = document.getElementById(news.dataset["for"] ?? "");
    if (region === null || isPlayed(region, news.content)) return false;
    if (isSelected(region) || isEdited(region)) {
      this.kept.add(region.id);
      region.dispatchEvent(new Event(REGION_WAITS, { bubbles: true }));
      return false;
    }
    swap(region, news.content);
    region.dataset["digest"] = news.dataset["digest"] ?? "";
    return true;
  }

  private released(): void {
    const names = [...this.kept].filter((name) => {
      const region = document.getElementById(name);
      return region === null || !(isSelected(region) || isEdited(region));
    });
    names.forEach((name) => this.kept.delete(name));
    if (names.length > 0) this.touch(names);
  }
}
