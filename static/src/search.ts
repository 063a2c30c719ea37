// The key "/" leads to the search box: that of the page, or the search page where there is none.

export function startSearch(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, dialog") !== null || target.isContentEditable) return;
    const box = document.querySelector<HTMLInputElement>("[data-search]");
    const page = document.querySelector<HTMLAnchorElement>("[data-search-page]");
    if (box === null && page === null) return;
    event.preventDefault();
    if (box === null) page?.click();
    else box.select();
    box?.focus();
  });
}
