// Names and merges of speakers, and undo in the history: the forms of the page, sent without leaving it.
import { hold } from "./holding";
import type { Tools } from "./text";

export function startForms(form: HTMLFormElement, tools: Tools): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitted(pressed(event), tools);
  });
  document.addEventListener("input", (event) => dirty(event.target as Element));
  document.addEventListener("keydown", (event) => {
    const fields = (event.target as Element).closest<HTMLElement>(".speaker-fields");
    if (event.key !== "Escape" || fields === null) return;
    finish(fields);
    fields.closest("details")?.querySelector("summary")?.focus();
  });
}

/** Enter in a field presses the form's first button, so the field says what is meant. */
function pressed(event: SubmitEvent): HTMLElement | null {
  const field = document.activeElement?.closest<HTMLElement>("input, select");
  const own = field?.closest(".speaker-fields");
  if (field != null && own != null) return own.querySelector(field.tagName === "SELECT" ? "[data-merge]" : "[data-rename]");
  return event.submitter;
}

async function submitted(button: HTMLElement | null, tools: Tools): Promise<void> {
  if (button === null) return;
  const number = Number(button.dataset["number"]);
  if (button.dataset["undo"] !== undefined) return tools.toast.undo(number);
  if (button.dataset["redo"] !== undefined) return tools.toast.redo(number);
  const fields = button.closest<HTMLElement>(".speaker-fields");
  if (fields === null) return;
  try {
    if (button.dataset["rename"] !== undefined) await rename(fields, tools);
    else await merge(fields, tools);
  } catch (error) {
    tell(fields, error instanceof Error ? error.message : String(error));
  }
}

async function rename(fields: HTMLElement, { edits, toast }: Tools): Promise<void> {
  const item = itemOf(fields);
  const name = fields.querySelector("input")?.value.trim() ?? "";
  if (name === "") return tell(fields, "Write the name first.");
  const participant = item.dataset["participant"] || undefined;
  await toast.after(() => edits.name(Number(item.dataset["number"]), participant, name));
  const shown = item.querySelector(".name");
  if (shown !== null) shown.textContent = name; // until the region brings it
  finish(fields);
}

async function merge(fields: HTMLElement, { edits, toast }: Tools): Promise<void> {
  const into = fields.querySelector("select")?.value ?? "";
  if (into === "") return tell(fields, "Choose first who it is.");
  await toast.after(() => edits.merge(Number(itemOf(fields).dataset["number"]), Number(into)));
  finish(fields);
}

function itemOf(fields: HTMLElement): HTMLElement {
  const item = fields.closest<HTMLElement>("li[data-number]");
  if (item === null) throw new Error("The fields of a speaker stand alone.");
  return item;
}

function tell(fields: HTMLElement, text: string): void {
  const line = fields.querySelector<HTMLElement>(".problem");
  if (line === null) return;
  line.textContent = text;
  line.hidden = text === "";
}

function dirty(target: Element): void {
  const fields = target.closest<HTMLElement>(".speaker-fields");
  if (fields === null) return;
  tell(fields, "");
  const input = fields.querySelector("input");
  const chosen = fields.querySelector("select")?.value ?? "";
  hold(fields, chosen !== "" || (input !== null && input.value !== input.defaultValue));
}

function finish(fields: HTMLElement): void {
  const details = fields.closest("details");
  if (details !== null) details.open = false;
  for (const input of fields.querySelectorAll("input")) input.value = input.defaultValue;
  for (const select of fields.querySelectorAll("select")) select.value = "";
  tell(fields, "");
  hold(fields, false);
}
