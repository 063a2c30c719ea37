// Tells screen readers of a new stage, but not of every percent, nor of what they have just read.

let said = headline(); // the last headline that was read out or stood on the page at first

export function announce(): void {
  const announcer = document.querySelector("[data-announcer]");
  if (announcer === null) return;
  if (headline() !== said) announcer.textContent = said = headline();
  const title = document.querySelector("h1")?.textContent?.trim();
  if (title !== undefined) document.title = `${title} · Reflector`;
}

function headline(): string {
  return document.querySelector("[data-headline]")?.textContent?.trim() ?? "Finished";
}
