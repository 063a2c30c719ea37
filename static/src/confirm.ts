// The question before deleting, as a dialog. Without script its link leads to a page that asks the same.
import { need } from "./dom";

const DELETING = "confirm-delete"; // unless the link names another

export function startConfirming(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog")) {
    dialog.querySelector("[data-dismiss]")?.addEventListener("click", () => dialog.close());
  }
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-confirm]");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const dialog = document.querySelector<HTMLDialogElement>(`#${link.dataset["dialog"] ?? DELETING}`);
    if (dialog === null) return;
    event.preventDefault();
    need<HTMLFormElement>("form", dialog).action = link.href;
    need("[data-title]", dialog).textContent = link.dataset["confirm"] ?? "";
    dialog.showModal();
  });
}
