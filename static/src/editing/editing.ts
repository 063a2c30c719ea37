// Editing a transcript on its page, for those who may. Names, merges and undo work without script too.
import { REGIONS_CHANGED } from "../regions/regions";
import { spanBetween } from "../speech";
import { Edits } from "./api";
import { startHolding } from "./holding";
import { startSelecting } from "./selected";
import { startForms } from "./speakers";
import { editText, type Tools } from "./text";
import { Toast } from "./toast";
import { WhoSaidThis } from "./who";

export function startEditing(): void {
  const form = document.querySelector<HTMLFormElement>("#edit-form");
  if (form === null) return;
  const edits = new Edits(form.dataset["transcript"] ?? "");
  const toast = new Toast(edits);
  const tools: Tools = { edits, toast, who: new WhoSaidThis(edits, toast) };
  startHolding();
  startForms(form, tools);
  startSelecting(tools.who);
  document.addEventListener("click", (event) => clicked(event.target as Element, tools));
  document.addEventListener("keydown", (event) => keyed(event, tools));
  document.addEventListener(REGIONS_CHANGED, dress);
  dress();
}

/** What only works with script. */
function dress(): void {
  document.querySelector("[data-words]")?.setAttribute("data-edits", "");
  for (const hint of document.querySelectorAll<HTMLElement>("[data-scripted]")) hint.hidden = false;
}

function clicked(target: Element, tools: Tools): void {
  const said = target.closest("[data-edit-text]")?.closest<HTMLElement>(".said");
  if (said != null) editText(said, tools);
  const turn = target.closest("[data-move]")?.closest<HTMLElement>(".turn");
  if (turn != null) moveTurn(turn, tools);
}

function keyed(event: KeyboardEvent, tools: Tools): void {
  if (event.key.toLowerCase() !== "e" || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as Element;
  const said = target.closest<HTMLElement>(".said[data-utterance]");
  if (said === null || target.closest("textarea, input") !== null) return;
  event.preventDefault();
  editText(said, tools);
}

/** All that is said in one go, before somebody else speaks. */
function moveTurn(turn: HTMLElement, tools: Tools): void {
  const said = [...turn.querySelectorAll<HTMLElement>(".said[data-utterance]")];
  const spans = said.flatMap((one) => spanBetween(one, 0, Infinity) ?? []);
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return;
  const text = said.map((one) => one.querySelector(".text")?.textContent?.trim() ?? "").join(" ");
  tools.who.ask({ from: first.from, to: last.to, speaker: Number(said[0]?.dataset["speaker"]) }, text);
}
