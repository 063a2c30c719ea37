// The words on the page with their times: which utterance is spoken at a moment, and which word was clicked.

interface Word {
  start: number; // seconds
  from: number; // characters into the text of its utterance
  to: number;
}

export interface Utterance {
  element: HTMLElement;
  start: number; // seconds
}

/** All utterances on the page, in order of their start. */
export function utterancesOnPage(): Utterance[] {
  const elements = [...document.querySelectorAll<HTMLElement>(".said")];
  return elements
    .map((element) => ({ element, start: Number(element.dataset["start"]) }))
    .sort((one, other) => one.start - other.start);
}

/** The last one that has begun at this moment. */
export function latest<T extends { start: number }>(items: readonly T[], seconds: number): T | undefined {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.start ?? Infinity) <= seconds) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}

/** The word of an utterance that is spoken at this moment, as a stretch of the page. */
export function wordAt(utterance: HTMLElement, seconds: number): Range | null {
  const word = latest(wordsOf(utterance), seconds);
  const text = utterance.querySelector(".text");
  return word === undefined || text === null ? null : rangeIn(text, word.from, word.to);
}

/** When the word under the pointer begins; the start of the utterance where that is not known. */
export function secondsAt(utterance: HTMLElement, event: MouseEvent): number {
  const start = Number(utterance.dataset["start"]);
  const text = utterance.querySelector(".text");
  const place = text === null ? null : placeAt(text, event);
  if (place === null) return start;
  const words = wordsOf(utterance);
  return (words.find((word) => place < word.to) ?? words.at(-1))?.start ?? start;
}

/** Words by the seconds at which the first and the last of them begin, and what they say. */
export interface Said {
  from: number;
  to: number;
  text: string;
}

/** The words of an utterance that a range of the page touches; undefined when it touches none. */
export function spanOf(utterance: HTMLElement, range: Range): Said | undefined {
  const text = utterance.querySelector(".text");
  if (text === null || !range.intersectsNode(text)) return undefined;
  const begin = text.contains(range.startContainer) ? lengthTo(text, range.startContainer, range.startOffset) : 0;
  const end = text.contains(range.endContainer) ? lengthTo(text, range.endContainer, range.endOffset) : Infinity;
  return spanBetween(utterance, begin, end);
}

/** The words of an utterance between two places in its text; the space between words belongs to none. */
export function spanBetween(utterance: HTMLElement, begin: number, end: number): Said | undefined {
  const text = utterance.querySelector(".text")?.textContent ?? "";
  const words = wordsOf(utterance).filter((word) => {
    const space = text.slice(word.from, word.to).search(/\S/);
    return word.from + Math.max(space, 0) < end && word.to > begin;
  });
  const [first, last] = [words[0], words.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { from: first.start, to: last.start, text: text.slice(first.from, last.to).trim() };
}

/** From `data-offsets`: "12.3:4 12.6:7", the start and the length of each word. */
function wordsOf(utterance: HTMLElement): Word[] {
  let from = 0;
  return (utterance.dataset["offsets"] ?? "").split(" ").map((pair) => {
    const [start, length] = pair.split(":").map(Number);
    const word = { start: start ?? 0, from, to: from + (length ?? 0) };
    from = word.to;
    return word;
  });
}

function rangeIn(text: Element, from: number, to: number): Range | null {
  const begin = spot(text, from);
  const end = spot(text, to);
  if (begin === null || end === null) return null;
  const range = new Range();
  range.setStart(begin.node, begin.offset);
  range.setEnd(end.node, end.offset);
  return range;
}

/** The text node and the place in it, for a count of characters from the beginning of `text`. */
function spot(text: Element, characters: number): { node: Node; offset: number } | null {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let left = characters;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const length = node.nodeValue?.length ?? 0;
    if (left <= length) return { node, offset: left };
    left -= length;
  }
  return null;
}

/** How many characters of `text` lie before the pointer; null when it points at none of them. */
function placeAt(text: Element, event: MouseEvent): number | null {
  const caret = caretAt(event.clientX, event.clientY);
  if (caret === null || !text.contains(caret.node)) return null;
  return lengthTo(text, caret.node, caret.offset);
}

/** How many characters of `text` lie before a place in it. */
function lengthTo(text: Element, node: Node, offset: number): number {
  const before = new Range();
  before.setStart(text, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

function caretAt(x: number, y: number): { node: Node; offset: number } | null {
  if ("caretPositionFromPoint" in document) {
    const position = document.caretPositionFromPoint(x, y);
    return position === null ? null : { node: position.offsetNode, offset: position.offset };
  }
  const range = (document as Document).caretRangeFromPoint(x, y); // Safari, and Chrome before 128
  return range === null ? null : { node: range.startContainer, offset: range.startOffset };
}
