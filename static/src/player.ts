// The player: one audio element, its buttons, the waveform as a slider, and the words that lead into the recording.
import { need } from "./dom";
import { Follower } from "./follow";
import { REGIONS_CHANGED } from "./regions/regions";
import { clock } from "./speed";
import { secondsAt } from "./speech";

const SPEED = "reflector.speed"; // where this browser keeps the listener's speed
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -5,
  ArrowDown: -5,
  ArrowRight: 5,
  ArrowUp: 5,
  PageDown: -30,
  PageUp: 30,
};

export function startPlayer(): void {
  const box = document.querySelector<HTMLElement>("[data-player]");
  if (box !== null) new Player(box);
}

class Player {
  private audio: HTMLAudioElement | null = null;
  private readonly follower = new Follower();

  constructor(private readonly box: HTMLElement) {
    box.addEventListener("click", (event) => this.pressed(event));
    box.addEventListener("input", (event) => this.slid(event));
    box.addEventListener("keydown", (event) => this.keyOnSlider(event));
    box.addEventListener("change", (event) => this.speedChosen(event));
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.keyAnywhere(event));
    document.addEventListener(REGIONS_CHANGED, () => this.regionsChanged());
    for (const gesture of ["wheel", "touchmove"]) {
      document.addEventListener(gesture, () => this.readerScrolls(), { passive: true });
    }
    this.attach();
  }

  // --- the audio element

  private attach(): void {
    const audio = this.box.querySelector("audio");
    if (audio !== null && audio !== this.audio) {
      this.audio = audio;
      audio.controls = false;
      audio.playbackRate = rememberedSpeed();
      audio.addEventListener("play", () => this.playing());
      for (const name of ["pause", "seeked", "ended", "loadedmetadata"]) audio.addEventListener(name, () => this.show());
      audio.addEventListener("error", () => this.failed());
      this.goToHash();
    }
    this.dress();
  }

  private regionsChanged(): void {
    this.follower.refresh();
    this.attach();
  }

  /** What only makes sense with script and audio. */
  private dress(): void {
    if (this.audio === null) return;
    for (const part of this.box.querySelectorAll<HTMLElement>(".controls, [data-slider]")) part.hidden = false;
    document.querySelector("[data-words]")?.setAttribute("data-seeks", "");
    const speed = this.box.querySelector<HTMLSelectElement>("[data-speed]");
    if (speed !== null) speed.value = String(this.audio.playbackRate);
    this.showFollowing();
    this.show();
  }

  private playing(): void {
    const frame = (): void => {
      this.show();
      if (this.audio?.paused === false) requestAnimationFrame(frame);
    };
    frame();
  }

  private failed(): void {
    const line = need("[data-audio-error]", this.box);
    line.textContent = "The audio cannot be played just now. Reload the page to try again.";
    line.hidden = false;
  }

  private toggle(): void {
    if (this.audio === null) return;
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  private play(): void {
    this.audio?.play().catch(() => this.show()); // the reason is shown by the error event
  }

  private seek(seconds: number): void {
    if (this.audio === null) return;
    this.audio.currentTime = Math.min(Math.max(seconds, 0), this.length());
    this.show();
  }

  private length(): number {
    const measured = this.audio?.duration ?? NaN;
    return Number.isFinite(measured) ? measured : Number(this.slider()?.max ?? 0);
  }

  private goToHash(): void {
    const target = location.hash === "" ? null : document.getElementById(location.hash.slice(1));
    const start = target?.dataset["start"];
    if (start !== undefined) this.seek(Number(start));
  }

  // --- what is pressed and clicked

  private pressed(event: Event): void {
    const button = (event.target as Element).closest("button");
    if (button === null) return;
    if (button.dataset["play"] !== undefined) this.toggle();
    if (button.dataset["skip"] !== undefined) this.seek((this.audio?.currentTime ?? 0) + Number(button.dataset["skip"]));
    if (button.dataset["follow"] !== undefined) {
      this.follower.following = !this.follower.following;
      this.showFollowing();
    }
  }

  private slid(event: Event): void {
    if (event.target === this.slider()) this.seek(Number(this.slider()?.value));
  }

  private keyOnSlider(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (event.target !== this.slider() || step === undefined) return;
    event.preventDefault();
    this.seek((this.audio?.currentTime ?? 0) + step);
  }

  private speedChosen(event: Event): void {
    const select = event.target as HTMLSelectElement;
    if (this.audio === null || select.dataset["speed"] === undefined) return;
    this.audio.playbackRate = Number(select.value);
    localStorage.setItem(SPEED, select.value);
  }

  /** Times lead to their moment and play it; a word in the text leads there, playing or not as before. */
  private clicked(event: MouseEvent): void {
    if (this.audio === null || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target as Element;
    const link = target.closest<HTMLAnchorElement>("a[data-seek]");
    if (link !== null) {
      if (link.classList.contains("time")) event.preventDefault(); // it is in view already
      this.seek(Number(link.dataset["seek"]));
      this.play();
      return;
    }
    const utterance = target.closest(".text")?.closest<HTMLElement>(".said");
    if (utterance != null && getSelection()?.isCollapsed !== false) this.seek(secondsAt(utterance, event));
  }

  private keyAnywhere(event: KeyboardEvent): void {
    if (event.key !== " " || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target as Element;
    const busy = target.closest("button, select, textarea, summary, dialog, input:not([type=range])");
    if (busy !== null || this.audio === null) return;
    event.preventDefault();
    this.toggle();
  }

  private readerScrolls(): void {
    if (this.audio === null || this.audio.paused || !this.follower.following) return;
    this.follower.following = false;
    this.showFollowing();
  }

  // --- what is seen

  private slider(): HTMLInputElement | null {
    return this.box.querySelector("[data-slider]");
  }

  private show(): void {
    if (this.audio === null) return;
    const seconds = this.audio.currentTime;
    const playing = !this.audio.paused;
    this.box.classList.toggle("playing", playing);
    this.box.querySelector("[data-play]")?.setAttribute("aria-label", playing ? "Pause" : "Play");
    const time = this.box.querySelector("[data-clock]");
    if (time !== null && time.textContent !== clock(seconds)) time.textContent = clock(seconds);
    this.showPlace(seconds);
    if (playing || seconds > 0) this.follower.show(seconds, playing);
  }

  private showPlace(seconds: number): void {
    const length = this.length();
    const slider = this.slider();
    if (slider === null || length === 0) return;
    slider.max = String(length);
    slider.value = String(seconds);
    slider.setAttribute("aria-valuetext", `${clock(seconds)} of ${clock(length)}`);
    const wave = need<SVGSVGElement>(".wave", this.box).viewBox.baseVal.width;
    need("[data-played]", this.box).setAttribute("width", ((seconds / length) * wave).toFixed(1));
  }

  private showFollowing(): void {
    this.box.querySelector("[data-follow]")?.setAttribute("aria-pressed", String(this.follower.following));
  }
}

function rememberedSpeed(): number {
  const speed = Number(localStorage.getItem(SPEED) ?? "1");
  return speed >= 0.5 && speed <= 3 ? speed : 1;
}
