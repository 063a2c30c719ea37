// How fast it goes, over the last seconds, and numbers as people write them.

const WINDOW = 6000; // milliseconds

export class Speed {
  private readonly samples: { at: number; bytes: number }[] = [];

  /** Note how much is done; returns bytes per second, or null while it is too early to say. */
  add(bytes: number): number | null {
    const now = performance.now();
    this.samples.push({ at: now, bytes });
    while (this.samples.length > 2 && now - (this.samples[0]?.at ?? now) > WINDOW) this.samples.shift();
    const oldest = this.samples[0];
    if (oldest === undefined || now - oldest.at < 500 || bytes <= oldest.bytes) return null;
    return ((bytes - oldest.bytes) * 1000) / (now - oldest.at);
  }
}

export function megabytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.max(Math.round(bytes / 1e3), bytes > 0 ? 1 : 0)} kB`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(Math.ceil(seconds), 1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Time that passes or is left: 75.4 is "01:15", 3675 is "1:01:15". */
export function timer(seconds: number): string {
  return clock(seconds).replace(/^\d:\d\d$/, "0$&");
}

/** A place in a recording: 75.4 is "1:15", 3675 is "1:01:15". */
export function clock(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
