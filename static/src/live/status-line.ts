// The line at the corner of a page that says how it is connected, when there is something to say.
import { need } from "../dom";
import type { State } from "./state";

const BLINK = 2500; // milliseconds; an interruption that the first new try ends is nobody's concern

export class StatusLine {
  private readonly box = need("[data-connection]");
  private readonly text = need("[data-connection-text]", this.box);
  private readonly signIn = need<HTMLAnchorElement>("[data-connection-sign-in]", this.box);
  private readonly spoken = need("[data-connection-spoken]"); // for screen readers, without the seconds
  private state: State = { name: "connecting" };
  private troubled: number | null = null; // since when, milliseconds since 1970

  private readonly clock = setInterval(() => this.draw(), 1000);

  show(state: State): void {
    this.state = state;
    if (state.name === "live") this.troubled = null;
    else this.troubled ??= Date.now();
    this.draw();
    if (this.troubled !== null) setTimeout(() => this.draw(), BLINK);
  }

  /** There is nothing to be connected to any more. */
  leave(): void {
    clearInterval(this.clock);
    this.box.hidden = true;
  }

  private draw(): void {
    const isLasting = this.troubled !== null && Date.now() - this.troubled >= BLINK;
    if (!isLasting && this.state.name !== "signed-out") return this.hide();
    this.box.hidden = false;
    this.signIn.hidden = this.state.name !== "signed-out";
    this.text.textContent = words(this.state);
    this.speak(wordsSpoken(this.state));
  }

  private hide(): void {
    if (!this.box.hidden) this.speak("Connected again.");
    this.box.hidden = true;
  }

  private speak(sentence: string): void {
    if (this.spoken.textContent !== sentence) this.spoken.textContent = sentence;
  }
}

function words(state: State): string {
  if (state.name !== "reconnecting") return wordsSpoken(state);
  const seconds = Math.ceil((state.at - Date.now()) / 1000);
  return seconds > 0 ? `Reconnecting in ${seconds} s…` : "Reconnecting…";
}

function wordsSpoken(state: State): string {
  switch (state.name) {
    case "connecting":
      return "Connecting…";
    case "live":
      return "";
    case "reconnecting":
      return "The connection to the server is lost. Reconnecting…";
    case "polling":
      return "Live updates are blocked on this network; checking every 5 seconds.";
    case "offline":
      return "You are offline. This page goes on by itself when the network is back.";
    case "signed-out":
      return "You are signed out, so this page stands still.";
  }
}
