// Finding what the templates promise to hold.

/** The element, or an error that names what is missing: a template and its script have come apart. */
export function need<E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E {
  const found = within.querySelector<E>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** The token that Django wants to see with every change. */
export function csrfToken(): string {
  return need<HTMLInputElement>("input[name=csrfmiddlewaretoken]").value;
}
