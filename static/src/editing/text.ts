// The text of an utterance, edited where it stands: Enter saves, Esc leaves, and going elsewhere asks.
import { need } from "../dom";
import { spanBetween } from "../speech";
import { ChangedMeanwhile, type Edits } from "./api";
import { hold } from "./holding";
import type { Toast } from "./toast";
import type { WhoSaidThis } from "./who";

const NOT_SAVED = "You have not saved this. Save it, or leave it as it was.";
const NOTHING_LEFT = "Nothing is left of it. Save once more to take it out of the transcript.";

/** What the editors of a page work with. */
export interface Tools {
  edits: Edits;
  toast: Toast;
  who: WhoSaidThis;
}

export function editText(said: HTMLElement, tools: Tools): void {
  const open = said.querySelector<HTMLTextAreaElement>("[data-editing] textarea");
  if (open !== null) open.focus();
  else new TextEditor(said, tools);
}

class TextEditor {
  private readonly shown: HTMLElement;
  private readonly box: HTMLElement;
  private readonly area: HTMLTextAreaElement;
  private seen: string;
  private emptied = false; // whether they were asked if nothing is to be left
  private busy = false;

  constructor(
    private readonly said: HTMLElement,
    private readonly tools: Tools,
  ) {
    this.shown = need(".text", said);
    const template = need<HTMLTemplateElement>("#text-editor").content.cloneNode(true) as DocumentFragment;
    this.box = need("[data-editing]", template);
    this.area = need<HTMLTextAreaElement>("textarea", template);
    this.seen = this.area.value = this.shown.textContent?.trim() ?? "";
    this.area.lang = this.said.closest<HTMLElement>("[lang]")?.lang ?? "";
    this.shown.hidden = true;
    this.said.classList.add("edited-now");
    this.said.append(this.box);
    this.listen();
    this.fit();
    this.area.focus();
  }

  private listen(): void {
    this.area.addEventListener("input", () => this.written());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("focusout", (event) => this.left(event));
    need("[data-save]", this.box).addEventListener("click", () => void this.save());
    need("[data-leave]", this.box).addEventListener("click", () => this.close());
    need("[data-who]", this.box).addEventListener("click", () => this.askWho());
  }

  private written(): void {
    this.emptied = false;
    this.tell("");
    this.fit();
    need<HTMLButtonElement>("[data-who]", this.box).disabled = this.isChanged();
  }

  /** As high as what is in it. */
  private fit(): void {
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight + 2}px`;
  }

  private isChanged(): boolean {
    return this.area.value.trim() !== this.seen;
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && event.target === this.area && !event.isComposing) {
      event.preventDefault();
      void this.save();
    }
  }

  /** Somebody who goes elsewhere with something written is asked; what is unchanged closes. */
  private left(event: FocusEvent): void {
    const to = event.relatedTarget as Element | null;
    if (this.busy || this.box.contains(to) || to?.closest("dialog") != null || !document.hasFocus()) return;
    if (this.isChanged()) this.tell(NOT_SAVED);
    else if (to !== null || document.activeElement === document.body) this.close(false);
  }

  private async save(): Promise<void> {
    const text = this.area.value.trim();
    if (this.busy) return;
    if (!this.isChanged()) return this.close();
    if (text === "" && !this.emptied) {
      this.emptied = true;
      return this.tell(NOTHING_LEFT);
    }
    this.setBusy(true);
    try {
      const utterance = Number(this.said.dataset["utterance"]);
      await this.tools.toast.after(() => this.tools.edits.correct(utterance, text, this.seen));
      this.shown.textContent = text; // until the region brings it with its times
      this.setBusy(false);
      this.close();
    } catch (error) {
      this.setBusy(false);
      this.refused(error);
    }
  }

  /** What was written stays. Who has read what somebody else wrote may save over it. */
  private refused(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ChangedMeanwhile) {
      this.seen = error.text.trim();
      this.tell(`Somebody has changed this while you were writing. It says now: “${this.seen}” Save again to have yours.`);
    } else this.tell(message);
    this.area.focus();
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.area.readOnly = busy;
    need<HTMLButtonElement>("[data-save]", this.box).disabled = busy;
  }

  private tell(text: string): void {
    const line = need("[data-problem]", this.box);
    line.textContent = text;
    line.hidden = text === "";
  }

  /** The words that are selected here, or all of them. */
  private askWho(): void {
    const { selectionStart: from, selectionEnd: to } = this.area;
    const all = from === to;
    const span = spanBetween(this.said, all ? 0 : from, all ? Infinity : to);
    if (span === undefined) return;
    const quoted = all ? this.seen : this.seen.slice(from, to).trim();
    this.close();
    this.tools.who.ask({ ...span, speaker: Number(this.said.dataset["speaker"]) }, quoted);
  }

  private close(focus = true): void {
    if (!this.box.isConnected) return;
    this.shown.hidden = false;
    this.said.classList.remove("edited-now");
    hold(this.box, false);
    this.busy = true; // its end is no going elsewhere
    this.box.remove();
    if (focus) this.said.querySelector<HTMLElement>(".time")?.focus({ preventScroll: true });
  }
}
