// The upload page: choose or drop a file, see it go, pause, go on, cancel.
import { need } from "./dom";
import { forget, matches, type Pending, remember, unfinished } from "./pending";
import {
  createTranscript,
  giveUp,
  type Languages,
  Refused,
  type SpokenLanguage,
  stillWaits,
  type TargetLanguage,
} from "./server";
import { duration, megabytes, Speed } from "./speed";
import { Transfer } from "./transfer";

interface Limits {
  chunkSize: number;
  maxSize: number;
}

export function startUpload(): void {
  const form = document.querySelector<HTMLFormElement>("[data-upload]");
  if (form !== null) new UploadPage(form);
}

class UploadPage {
  private readonly limits = JSON.parse(need("#upload-limits").textContent ?? "") as Limits;
  private readonly input = need<HTMLInputElement>("[data-upload] input[type=file]");
  private readonly name = need<HTMLInputElement>("[data-upload] input[name=name]");
  private readonly source = need<HTMLSelectElement>("[data-upload] select[name=source_language]");
  private readonly target = document.querySelector<HTMLSelectElement>("[data-upload] select[name=target_language]");
  private readonly start = need<HTMLButtonElement>("[data-upload-start]");
  private readonly error = need("[data-upload-error]");
  private readonly panel = need("[data-transfer]");
  private readonly pauseButton = need<HTMLButtonElement>("[data-transfer-pause]");
  private nameIsOurs = true;
  private transfer: Transfer | null = null;
  private paused = false;
  private speed = new Speed();

  constructor(private readonly form: HTMLFormElement) {
    this.acceptDrops(need("[data-drop]", form));
    this.input.addEventListener("change", () => this.chosen());
    this.name.addEventListener("input", () => (this.nameIsOurs = this.name.value === ""));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.upload();
    });
    this.pauseButton.addEventListener("click", () => this.pauseOrResume());
    need("[data-transfer-cancel]").addEventListener("click", () => this.transfer?.stop());
    addEventListener("beforeunload", (event) => {
      if (this.transfer !== null && !this.paused) event.preventDefault();
    });
    void this.recall();
    this.chosen();
  }

  // --- choosing

  private acceptDrops(zone: HTMLElement): void {
    const over = (event: DragEvent, on: boolean): void => {
      event.preventDefault();
      zone.classList.toggle("over", on);
    };
    zone.addEventListener("dragover", (event) => over(event, true));
    zone.addEventListener("dragleave", (event) => over(event, false));
    zone.addEventListener("drop", (event) => {
      over(event, false);
      if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
      this.input.files = event.dataTransfer.files;
      this.chosen();
    });
  }

  private chosen(): void {
    const file = this.input.files?.[0];
    this.complain("");
    need("[data-upload-start-text]", this.start).textContent =
      file !== undefined && pendingFor(file) !== undefined ? "Go on with the upload" : "Upload and transcribe";
    if (file === undefined) return;
    if (this.nameIsOurs) this.name.value = file.name.replace(/\.[^.]+$/, "");
    this.complain(this.objection(file));
  }

  private objection(file: File): string {
    if (file.size === 0) return "The file is empty. Choose another one.";
    if (file.size > this.limits.maxSize)
      return `The file has ${megabytes(file.size)}; this server accepts up to ${megabytes(this.limits.maxSize)}.`;
    return "";
  }

  private complain(sentence: string): void {
    this.error.textContent = sentence;
    this.error.hidden = sentence === "";
  }

  // --- uploads of another day

  /** Show what can be gone on with; what was deleted or finished elsewhere is forgotten. */
  private async recall(): Promise<void> {
    for (const pending of unfinished()) {
      if (!(await stillWaits(pending.id))) forget(pending.id);
    }
    if (!this.form.hidden) this.showUnfinished();
  }

  private showUnfinished(): void {
    need("[data-unfinished]").replaceChildren(...unfinished().map((pending) => this.reminder(pending)));
  }

  private reminder(pending: Pending): HTMLElement {
    const line = document.createElement("div");
    line.className = "panel";
    const text = document.createElement("p");
    text.textContent = `The upload of “${pending.fileName}” is not finished. Choose the same file again, and it goes on where it stopped.`;
    const discard = document.createElement("button");
    discard.type = "button";
    discard.textContent = "Discard it";
    discard.addEventListener("click", () => {
      discard.disabled = true;
      void this.discard(pending.id);
    });
    line.append(text, discard);
    return line;
  }

  private async discard(id: string): Promise<void> {
    try {
      await giveUp(id);
      forget(id);
    } catch (error) {
      this.complain(sentenceOf(error));
    }
    this.showUnfinished();
    this.chosen();
  }

  // --- the transfer

  private async upload(): Promise<void> {
    const file = this.input.files?.[0];
    const objection = file === undefined ? "Choose the recording first." : this.objection(file);
    if (file === undefined || objection !== "") {
      this.complain(objection);
      this.input.focus();
      return;
    }
    this.complain("");
    this.start.disabled = true;
    try {
      await this.send(file, (await begun(file)) ?? (await this.begin(file)));
    } catch (error) {
      this.fail(sentenceOf(error));
    } finally {
      this.start.disabled = false;
    }
  }

  /** The selects offer no other values; without an engine that translates there is only one of them. */
  private languages(): Languages {
    const target = (this.target?.value ?? "") as TargetLanguage | "";
    return { source: this.source.value as SpokenLanguage, target: target === "" ? null : target };
  }

  private async begin(file: File): Promise<Pending> {
    const name = this.name.value.trim() || file.name;
    const pending = {
      id: await createTranscript(name, this.languages()),
      fileName: file.name,
      size: file.size,
      lastModified: file.lastModified,
      chunkSize: this.limits.chunkSize,
    };
    remember(pending);
    return pending;
  }

  private async send(file: File, pending: Pending): Promise<void> {
    this.show(file);
    this.transfer = new Transfer(file, pending.chunkSize, pending.id, {
      sent: (bytes) => this.progress(bytes, file.size),
      waiting: (reason, seconds) => this.say(`${reason} Trying again in ${seconds} s…`),
      resting: (reason) => this.rest(`${reason} Press Resume when the connection is back.`),
    });
    try {
      const arrived = await this.transfer.run();
      this.transfer = null;
      forget(pending.id);
      if (arrived) location.assign(`/transcripts/${pending.id}`);
      else await this.cancelled(pending.id);
    } catch (error) {
      this.transfer = null;
      if (isFinal(error)) await this.discard(pending.id);
      throw error;
    }
  }

  private async cancelled(id: string): Promise<void> {
    await giveUp(id);
    this.hide();
    this.showUnfinished();
    this.chosen();
  }

  private pauseOrResume(): void {
    if (this.paused) {
      this.setPaused(false);
      this.say("Going on…");
      this.transfer?.resume();
    } else {
      this.rest("Paused. Leave this page open, or choose the same file here later.");
      this.transfer?.pause();
    }
  }

  private rest(sentence: string): void {
    this.setPaused(true);
    this.say(sentence);
  }

  private setPaused(paused: boolean): void {
    this.paused = paused;
    this.speed = new Speed();
    this.pauseButton.textContent = paused ? "Resume" : "Pause";
  }

  // --- what is seen of it

  private show(file: File): void {
    this.form.hidden = true;
    this.panel.hidden = false;
    need("[data-unfinished]").replaceChildren();
    need("[data-transfer-name]").textContent = file.name;
    this.setPaused(false);
    this.progress(0, file.size);
    this.say("Starting…");
    this.pauseButton.focus();
  }

  private hide(): void {
    this.panel.hidden = true;
    this.form.hidden = false;
    this.input.focus();
  }

  private fail(sentence: string): void {
    this.hide();
    this.showUnfinished();
    this.chosen();
    this.complain(sentence);
  }

  private progress(bytes: number, size: number): void {
    const percent = size > 0 ? Math.floor((100 * bytes) / size) : 0;
    need<HTMLProgressElement>("[data-transfer-progress]").value = percent;
    need("[data-transfer-percent]").textContent = `${percent} %`;
    if (this.paused || bytes === 0) return;
    const rate = this.speed.add(bytes);
    if (bytes >= size) this.say("All of it is there. The server puts it together…");
    else if (rate === null) this.facts(`${megabytes(bytes)} of ${megabytes(size)}`);
    else this.facts(`${megabytes(bytes)} of ${megabytes(size)} · ${megabytes(rate)}/s · ${duration((size - bytes) / rate)} left`);
  }

  private facts(text: string): void {
    need("[data-transfer-facts]").textContent = text;
  }

  /** Said aloud as well, by screen readers; progress is not. */
  private say(sentence: string): void {
    this.facts(sentence);
    need("[data-transfer-said]").textContent = sentence;
  }
}

function pendingFor(file: File): Pending | undefined {
  return unfinished().find((pending) => matches(pending, file));
}

/** The unfinished upload of this file, if the server still waits for it. */
async function begun(file: File): Promise<Pending | undefined> {
  const pending = pendingFor(file);
  if (pending === undefined || (await stillWaits(pending.id))) return pending;
  forget(pending.id);
  return undefined;
}

/** Whether going on with this file makes no sense: the server has looked at it, or the transcript is gone. */
function isFinal(error: unknown): boolean {
  return error instanceof Refused && error.status !== 401 && error.status !== 409 && error.status !== 507;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
