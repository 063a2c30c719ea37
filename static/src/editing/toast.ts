// What was just done, with the way back, until the next edit or for a while.
import { need } from "../dom";
import type { Edit, Edits } from "./api";

const SHOWN = 20_000; // milliseconds

export class Toast {
  private readonly box = need("[data-toast]");
  private readonly text = need("[data-toast-text]", this.box);
  private readonly button = need<HTMLButtonElement>("[data-toast-undo]", this.box);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private back: (() => Promise<void>) | undefined;

  constructor(private readonly edits: Edits) {
    this.button.addEventListener("click", () => void this.back?.());
    need("[data-toast-close]", this.box).addEventListener("click", () => this.close());
    for (const event of ["pointerenter", "focusin"]) this.box.addEventListener(event, () => clearTimeout(this.timer));
    for (const event of ["pointerleave", "focusout"]) this.box.addEventListener(event, () => this.closeLater());
  }

  /** Do something, and say what was done; a refusal is thrown on. Whether anything is different now. */
  async after(doing: () => Promise<unknown>): Promise<boolean> {
    const before = newestShown();
    await doing();
    const edit = await this.mine(before);
    if (edit !== undefined) this.showDone(edit);
    return edit !== undefined;
  }

  /** The edit of this person that has come since; nobody is told of one that changed nothing. */
  private async mine(before: number): Promise<Edit | undefined> {
    const me = document.querySelector<HTMLElement>("main")?.dataset["userStream"]?.replace("user:", "");
    const found = await this.edits.newest().catch(() => []);
    return found.find((edit) => edit.by_id === me && edit.number > before && edit.undone_at === null);
  }

  private showDone(edit: Edit): void {
    this.show(edit.description, "Undo", () => this.undo(edit.number));
  }

  async undo(number: number): Promise<void> {
    await this.taken(async () => {
      const edit = await this.edits.undo(number);
      this.show(`Undone: ${edit.description}`, "Do again", () => this.redo(number));
    });
  }

  async redo(number: number): Promise<void> {
    await this.taken(async () => this.showDone(await this.edits.redo(number)));
  }

  private async taken(doing: () => Promise<void>): Promise<void> {
    this.button.disabled = true;
    try {
      await doing();
    } catch (error) {
      this.show(error instanceof Error ? error.message : String(error));
    } finally {
      this.button.disabled = false;
    }
  }

  show(text: string, label?: string, back?: () => Promise<void>): void {
    this.text.textContent = text;
    this.back = back;
    this.button.hidden = label === undefined;
    if (label !== undefined) this.button.textContent = label;
    this.box.hidden = false;
    this.closeLater();
  }

  private closeLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), SHOWN);
  }

  private close(): void {
    clearTimeout(this.timer);
    this.box.hidden = true;
  }
}

function newestShown(): number {
  return Number(document.querySelector<HTMLElement>("[data-newest]")?.dataset["newest"] ?? 0);
}
