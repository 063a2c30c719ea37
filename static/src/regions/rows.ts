// A list of regions: rows come, go and change places as the server orders them.

/** Make the rows those of `order` (ids, from the top). New ones are made from the template beside them, still empty. */
export function arrange(list: HTMLElement, order: readonly string[]): void {
  const wanted = new Set(order);
  for (const row of [...list.children]) {
    if (!wanted.has(row.id)) remove(row);
  }
  let place = list.firstElementChild;
  for (const id of order) {
    if (place?.id === id) place = place.nextElementSibling;
    else list.insertBefore(document.getElementById(id) ?? blank(list, id), place);
  }
}

function blank(list: HTMLElement, id: string): HTMLElement {
  const template = list.parentElement?.querySelector<HTMLTemplateElement>("template[data-new-row]");
  const row = template?.content.firstElementChild?.cloneNode(true);
  if (!(row instanceof HTMLElement)) throw new Error("The list has no template for a new row.");
  row.id = id;
  return row;
}

/** Whoever stood on a row that goes stands on the next one. */
function remove(row: Element): void {
  const heir = row.nextElementSibling ?? row.previousElementSibling ?? document.querySelector("main");
  const focused = row.contains(document.activeElement);
  row.remove();
  if (focused) (heir?.querySelector<HTMLElement>("a") ?? document.querySelector<HTMLElement>("main"))?.focus();
}
