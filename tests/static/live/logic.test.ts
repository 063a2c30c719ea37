import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";

import { pause } from "../../../static/src/live/backoff";
import { Outbox } from "../../../static/src/live/outbox";
import { Streams } from "../../../static/src/live/streams";
import { parse, type UserEvent } from "../../../static/src/live/wire";
import { event, HOME } from "./peer";

test("waits from one second to thirty, longer each time, and never all at once", () => {
  const shortest = [1, 2, 3, 4, 5, 6, 60].map((failures) => pause(failures, () => 0));
  const longest = [1, 2, 3, 4, 5, 6, 60].map((failures) => pause(failures, () => 1));
  deepEqual(shortest, [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  deepEqual(longest, [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  const some = Array.from({ length: 200 }, () => pause(3));
  ok(some.every((milliseconds) => milliseconds >= 4000 && milliseconds <= 8000));
  ok(new Set(some).size > 100);
});

function followed(cursor = 0): { streams: Streams; seqs: (number | null)[]; told: string[] } {
  const streams = new Streams();
  const seqs: (number | null)[] = [];
  const told: string[] = [];
  streams.add(HOME, cursor, {
    receive: (frame) => void seqs.push(frame.seq ?? null),
    reset: () => void told.push("reset"),
    refused: (why) => void told.push(why),
  });
  return { streams, seqs, told };
}

test("hands each event on once, in order, and asks once for what is missing", () => {
  const { streams, seqs } = followed(4);
  const gaps = [5, 4, 5, 7, 8, 6, 7, 8, 8].map((seq) => streams.take(event(seq)));
  deepEqual(seqs, [5, 6, 7, 8]);
  deepEqual(gaps, [false, false, false, true, false, false, false, false, false]);
  streams.answered(HOME);
  equal(streams.take(event(11)), true);
});

test("hands on what is only whispered, whatever the cursor", () => {
  const { streams, seqs } = followed(4);
  const { seq: _, ...whispered } = event(1) as UserEvent & { seq: number };
  equal(streams.take(whispered as UserEvent), false);
  deepEqual(seqs, [null]);
  equal(streams.cursor(HOME), 4);
});

test("goes on from where a reset says, also when that is further back", () => {
  const { streams, seqs, told } = followed(400);
  const reset = { event: "RESET", data: { reason: "unknown_cursor" }, stream: HOME, seq: 6, at: "" } as UserEvent;
  streams.take(reset);
  streams.take(event(7));
  deepEqual([seqs, told], [[7], ["reset"]]);
});

test("leaves what it was refused, and what it does not follow", () => {
  const { streams, seqs, told } = followed();
  streams.refuse(HOME, "not_found");
  streams.refuse(HOME, "not_found");
  streams.take(event(1));
  deepEqual([seqs, told, streams.keys()], [[], ["not_found"], []]);
});

test("keeps what is asked for until it has an outcome, once", async () => {
  const outbox = new Outbox();
  const first = outbox.add({ type: "cancel", stream: "transcript:1" });
  const same = outbox.add({ type: "cancel", stream: "transcript:1" });
  void outbox.add({ type: "cancel", stream: "transcript:2" });
  deepEqual(outbox.waiting().map(({ command }) => command.stream), ["transcript:1", "transcript:2"]);
  const id = outbox.waiting()[0]?.id ?? "";
  equal(outbox.settle(id, { kind: "done", cancelled: true }), true);
  equal(outbox.settle(id, { kind: "done", cancelled: false }), false);
  deepEqual(await Promise.all([first, same]), Array(2).fill({ kind: "done", cancelled: true }));
  equal(outbox.waiting().length, 1);
});

test("gives up what has waited for minutes, and takes no more than twenty", async () => {
  let now = 0;
  const outbox = new Outbox(() => now);
  const first = outbox.add({ type: "cancel", stream: "transcript:0" });
  for (let n = 1; n < 20; n += 1) void outbox.add({ type: "cancel", stream: `transcript:${n}` });
  const oneTooMany = await outbox.add({ type: "cancel", stream: "transcript:20" });
  equal(oneTooMany.kind, "refused");
  now = 299_999;
  equal(outbox.waiting().length, 20);
  now = 300_000;
  deepEqual(outbox.waiting(), []);
  deepEqual(await first, { kind: "expired" });
});

test("tells events from answers, and survives what is neither", () => {
  equal(parse(JSON.stringify(event(1)))?.kind, "frame");
  equal(parse('{"type":"complete","data":{},"stream":"job:1","seq":3}')?.kind, "frame");
  equal(parse('{"type":"error","data":{"error":"x"},"stream":"job:1","seq":3}')?.kind, "frame");
  equal(parse('{"type":"error","code":"malformed","detail":"x"}')?.kind, "reply");
  for (const nonsense of ["", "x", "null", "1", "[]", "{}", new ArrayBuffer(2)]) equal(parse(nonsense), null);
});
