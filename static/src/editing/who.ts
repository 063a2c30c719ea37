// The question "Who said this?", for a turn or for words that were chosen.
import { need } from "../dom";
import type { Edits, Span } from "./api";
import type { Toast } from "./toast";

interface Speaker {
  number: number;
  name: string;
  colour: string;
}

export class WhoSaidThis {
  private readonly dialog = need<HTMLDialogElement>("#who-said");
  private readonly name = need<HTMLInputElement>("#who-said-name");
  private readonly problem = need("[data-problem]", this.dialog);
  private span: Span | undefined;

  constructor(
    private readonly edits: Edits,
    private readonly toast: Toast,
  ) {
    need("[data-new-speaker]", this.dialog).addEventListener("click", () => void this.giveToNew());
    this.name.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      void this.giveToNew();
    });
  }

  ask(span: Span, quoted: string): void {
    this.span = span;
    this.problem.hidden = true;
    this.name.value = "";
    need("[data-quoted]", this.dialog).textContent = quoted;
    need("[data-choices]", this.dialog).replaceChildren(...speakers().map((speaker) => this.choice(speaker)));
    this.dialog.showModal();
  }

  private choice(speaker: Speaker): HTMLElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = speaker.colour;
    button.textContent = speaker.name;
    if (speaker.number === this.span?.speaker) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => void this.give(() => Promise.resolve({ speaker: speaker.number })));
    item.append(button);
    return item;
  }

  /** With a name, a person who gets a number of their own; else just another number. */
  private async giveToNew(): Promise<void> {
    const name = this.name.value.trim();
    await this.give(async () => (name === "" ? { speaker: unused() } : { participant: await this.edits.add(name) }));
  }

  private async give(to: () => Promise<{ speaker: number } | { participant: string }>): Promise<void> {
    const span = this.span;
    if (span === undefined) return;
    try {
      await this.toast.after(async () => this.edits.assign(span, await to()));
      getSelection()?.removeAllRanges();
      this.dialog.close("given");
    } catch (error) {
      this.problem.textContent = error instanceof Error ? error.message : String(error);
      this.problem.hidden = false;
    }
  }
}

function speakers(): Speaker[] {
  return [...document.querySelectorAll<HTMLElement>(".speakers li[data-number]")].map((item) => ({
    number: Number(item.dataset["number"]),
    name: item.dataset["name"] ?? "",
    colour: item.className,
  }));
}

function unused(): number {
  const used = new Set(speakers().map((speaker) => speaker.number));
  let number = 0;
  while (used.has(number)) number += 1;
  return number;
}
