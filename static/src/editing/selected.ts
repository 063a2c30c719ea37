// Words that are selected on the page, and the button beside them that asks who said them.
import { need } from "../dom";
import { spanOf } from "../speech";
import type { Span } from "./api";
import type { WhoSaidThis } from "./who";

const SETTLED = 250; // milliseconds after which a selection is meant

export function startSelecting(who: WhoSaidThis): void {
  const button = need<HTMLButtonElement>("[data-selected]");
  let timer: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(() => place(button), SETTLED);
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  button.addEventListener("click", () => {
    const chosen = selected();
    if (chosen !== undefined) who.ask(chosen.span, chosen.text);
    button.hidden = true;
  });
}

function selected(): { span: Span; text: string; range: Range } | undefined {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const words = document.querySelector("[data-words]");
  if (words === null || !range.intersectsNode(words)) return undefined;
  const said = [...words.querySelectorAll<HTMLElement>(".said[data-utterance]")].filter((one) => range.intersectsNode(one));
  const spans = said.flatMap((one) => spanOf(one, range) ?? []);
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const speakers = new Set(said.filter((one) => spanOf(one, range) !== undefined).map((one) => one.dataset["speaker"]));
  const speaker = speakers.size === 1 ? Number([...speakers][0]) : undefined;
  return { span: { from: first.from, to: last.to, speaker }, text: spans.map((span) => span.text).join(" "), range };
}

/** Below the end of what is selected, inside the window. */
function place(button: HTMLButtonElement): void {
  const chosen = selected();
  button.hidden = chosen === undefined;
  if (chosen === undefined) return;
  const box = [...chosen.range.getClientRects()].at(-1) ?? chosen.range.getBoundingClientRect();
  const width = button.offsetWidth;
  const left = Math.min(Math.max(box.right - width / 2, 8), document.documentElement.clientWidth - width - 8);
  button.style.left = `${left + scrollX}px`;
  button.style.top = `${box.bottom + scrollY + 8}px`;
}
