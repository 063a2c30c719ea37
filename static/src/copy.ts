// Buttons that copy a text of the page. Without script there are none, and the text can be selected.
import { need } from "./dom";

const SHOWN = 2000; // milliseconds

export function startCopying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    const source = need(`#${button.dataset["copy"] ?? ""}`);
    button.hidden = false;
    button.addEventListener("click", () => void copy(source, button));
  }
}

async function copy(source: Element, button: HTMLButtonElement): Promise<void> {
  const done = await written(source);
  say(button, done ? "Copied" : "Press Ctrl+C");
}

/** Browsers give the clipboard to https and localhost only; elsewhere the selected text is copied the older way. */
async function written(source: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return document.execCommand("copy");
  }
}

function say(button: HTMLButtonElement, text: string): void {
  const before = button.dataset["label"] ?? button.textContent ?? "";
  button.dataset["label"] = before;
  button.textContent = text;
  const status = document.querySelector("[data-copied]");
  if (status !== null) status.textContent = text;
  setTimeout(() => (button.textContent = before), SHOWN);
}
