// Uploads that were begun in this browser and are not finished: what is needed to go on with one after a reload.

const PREFIX = "reflector.upload.";

export interface Pending {
  id: string; // of the transcript
  fileName: string;
  size: number; // bytes
  lastModified: number; // milliseconds since 1970
  chunkSize: number; // bytes; pieces keep their size, even if the server's wish changes
}

export function remember(pending: Pending): void {
  try {
    localStorage.setItem(PREFIX + pending.id, JSON.stringify(pending));
  } catch {
    // A browser that keeps nothing still uploads; only going on after a reload is lost.
  }
}

export function forget(id: string): void {
  try {
    localStorage.removeItem(PREFIX + id);
  } catch {
    // It was not kept either.
  }
}

export function unfinished(): Pending[] {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    return keys.map((key) => JSON.parse(localStorage.getItem(key) ?? "null") as unknown).filter(isPending);
  } catch {
    return [];
  }
}

export function matches(pending: Pending, file: File): boolean {
  return pending.fileName === file.name && pending.size === file.size && pending.lastModified === file.lastModified;
}

function isPending(value: unknown): value is Pending {
  if (typeof value !== "object" || value === null) return false;
  const { id, fileName, size, lastModified, chunkSize } = value as Record<string, unknown>;
  return (
    typeof id === "string" &&
    typeof fileName === "string" &&
    typeof size === "number" &&
    typeof lastModified === "number" &&
    typeof chunkSize === "number" &&
    chunkSize > 0
  );
}
