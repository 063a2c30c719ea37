// The question before deleting, as a dialog. Without script its link leads to a page that asks the same.
import { need } from "./dom";

export function startConfirming(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#confirm-delete");
  if (dialog === null) return;
  need("[data-dismiss]", dialog).addEventListener("click", () => dialog.close());
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-confirm]");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    need<HTMLFormElement>("form", dialog).action = link.href;
    need("[data-title]", dialog).textContent = link.dataset["confirm"] ?? "";
    dialog.showModal();
  });
}
