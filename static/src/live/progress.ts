// How far the work is, shown in place: bar, percent, message, and times that tick between two messages.
import { REGIONS_CHANGED } from "../regions/regions";
import { timer } from "../speed";
import type { TranscriptEvent, UserEvent } from "./wire";

type Progress = Extract<TranscriptEvent, { event: "PROGRESS" }>["data"];
type RowProgress = Extract<UserEvent, { event: "TRANSCRIPT_PROGRESS" }>["data"];

const UNKNOWN = "estimating…"; // as the templates say it

/** Seconds, as they were at a moment (milliseconds of performance.now()). */
interface Times {
  elapsed: number | null;
  remaining: number | null;
  at: number;
}

let times: Times = timesOnPage();

export function startTicking(): void {
  document.addEventListener(REGIONS_CHANGED, () => (times = timesOnPage()));
  document.addEventListener(REGIONS_CHANGED, tickRecordings);
  setInterval(tick, 1000);
  setInterval(tickRecordings, 1000);
  tickRecordings();
}

/** How long something has been recorded. Without script it says since when. */
function tickRecordings(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-since]")) {
    element.textContent = timer((Date.now() - Date.parse(element.dataset["since"] ?? "")) / 1000);
  }
}

/** Returns false when the page shows no progress, or other stages, and so has to be read anew. */
export function showProgress(data: Progress): boolean {
  const bar = document.querySelector<HTMLProgressElement>("[data-progress-bar]");
  if (bar === null) return false;
  bar.value = data.percentage;
  write("[data-progress-percent]", percent(data.percentage));
  write("[data-progress-message]", data.message);
  showSub(data.sub_progress);
  times = { elapsed: data.time_elapsed, remaining: data.estimated_remaining, at: performance.now() };
  write("[data-progress-remaining]", timeText(times.remaining));
  tick();
  return data.stages.every(isShown);
}

/** A row that is not on this page, or does not work, has no progress to show. */
export function showRowProgress(data: RowProgress): void {
  const row = document.getElementById(`row-${data.id}`);
  const bar = row?.querySelector<HTMLProgressElement>('[data-row-progress="bar"]');
  if (row == null || bar == null) return;
  bar.value = data.percentage;
  write('[data-row-progress="stage"]', data.stage, row);
  write('[data-row-progress="percent"]', percent(data.percentage), row);
  write('[data-row-progress="remaining"]', timeText(data.estimated_remaining), row);
}

export function isAnythingWorking(): boolean {
  return document.querySelector("[data-progress-bar], [data-row-progress]") !== null;
}

function isShown(stage: Progress["stages"][number]): boolean {
  const line = document.querySelector<HTMLElement>(`[data-stage="${CSS.escape(stage.name)}"]`);
  return line?.dataset["state"] === stage.state;
}

function showSub(sub: Progress["sub_progress"]): void {
  const element = document.querySelector<HTMLElement>("[data-progress-sub]");
  if (element === null) return;
  element.hidden = sub === null;
  element.textContent = sub === null ? "" : `${figure(sub.current)} of ${figure(sub.total)} ${sub.description}`;
}

function timesOnPage(): Times {
  const seconds = (selector: string): number | null => {
    const text = document.querySelector(selector)?.textContent ?? "";
    return /^[\d:]+$/.test(text) ? text.split(":").reduce((all, part) => all * 60 + Number(part), 0) : null;
  };
  return {
    elapsed: seconds("[data-progress-elapsed]"),
    remaining: seconds("[data-progress-remaining]"),
    at: performance.now(),
  };
}

/** Work that has not begun stands at nought. */
function tick(): void {
  const passed = (performance.now() - times.at) / 1000;
  if (times.elapsed !== null && times.elapsed > 0) write("[data-progress-elapsed]", timer(times.elapsed + passed));
  if (times.remaining !== null) write("[data-progress-remaining]", timer(times.remaining - passed));
}

function timeText(seconds: number | null): string {
  return seconds === null ? UNKNOWN : timer(seconds);
}

function percent(value: number): string {
  return String(Math.round(value));
}

function figure(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}

function write(selector: string, text: string, within: ParentNode = document): void {
  const element = within.querySelector(selector);
  if (element !== null && element.textContent !== text) element.textContent = text;
}
