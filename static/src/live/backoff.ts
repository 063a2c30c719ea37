// How long to wait before the next try, so that a server that comes back is not met by everybody at once.

const SHORTEST = 1000; // milliseconds
const LONGEST = 30_000;

/** Milliseconds to wait after so many failures in a row: twice as long each time, by chance between half of it and all. */
export function pause(failures: number, random: () => number = Math.random): number {
  const all = Math.min(SHORTEST * 2 ** Math.min(failures, 16), LONGEST);
  return Math.max(all * (0.5 + random() / 2), SHORTEST);
}
