import { deepEqual, equal, ok } from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Client, event, HOME, Peer, rest, TIMES, until, upTo } from "./peer";

let peer: Peer;
const clients: Client[] = [];

beforeEach(async () => {
  peer = new Peer();
  await peer.start();
});

afterEach(async () => {
  clients.splice(0).forEach((client) => client.connection.stop());
  await peer.stop();
});

function connect(...options: ConstructorParameters<typeof Client> extends [Peer, ...infer Rest] ? Rest : never): Client {
  const client = new Client(peer, ...options);
  clients.push(client);
  return client;
}

test("resumes every stream where it was, after the connection is cut", async () => {
  const client = connect(4);
  client.connection.follow("transcript:7", 30, { receive() {}, reset() {}, refused() {} });
  peer.log = upTo(5).map(event);
  await until("the first event", () => client.seqs.length === 1);
  peer.cut();
  peer.log.push(event(6), event(7));
  await until("the rest", () => client.seqs.length === 3);
  deepEqual(client.seqs, [5, 6, 7]);
  deepEqual(peer.calls.map((call) => call.since), [4, 5]);
  await until("the subscription", () => peer.calls[1]?.said.some((said) => said.type === "subscribe") === true);
  const { type, stream, since } = peer.calls[1]?.said.find((said) => said.type === "subscribe") ?? {};
  deepEqual([type, stream, since], ["subscribe", "transcript:7", 30]);
  deepEqual(new Set(client.states.map((state) => state.name)), new Set(["connecting", "live", "reconnecting"]));
});

test("asks for what a gap shows to be missing", async () => {
  const client = connect();
  await until("the connection", () => client.state === "live");
  peer.log = upTo(5).map(event);
  peer.say(event(4)); // 1, 2 and 3 were lost on the way
  peer.say(event(5));
  await until("all five", () => client.seqs.length === 5);
  deepEqual(client.seqs, upTo(5));
  equal(peer.calls[0]?.said.filter((said) => said.type === "subscribe").length, 1);
});

test("hears everything once, however lines break and frames are lost, doubled and turned around", async () => {
  const client = connect();
  for (let n = 1; n <= 300; n += 1) {
    peer.log.push(event(n));
    const chance = Math.random();
    if (chance < 0.7) peer.say(event(n));
    if (chance < 0.1) peer.say(event(Math.max(n - 3, 1)));
    if (chance > 0.95) peer.cut();
    if (n % 10 === 0) await rest(5);
  }
  await until("the connection", () => client.state === "live");
  peer.add();
  await until("the last", () => client.seqs.length >= 301);
  deepEqual(client.seqs, upTo(301));
});

test("takes a server that does not answer a ping for lost", async () => {
  const client = connect();
  await until("the connection", () => client.state === "live");
  peer.pongs = false;
  await until("the loss", () => client.state === "reconnecting");
  peer.pongs = true;
  await until("the connection", () => client.state === "live");
  ok(peer.calls.length >= 2);
});

test("keeps a line that answers", async () => {
  const client = connect();
  await rest(5 * TIMES.ping);
  equal(client.state, "live");
  equal(peer.calls.length, 1);
  ok((peer.calls[0]?.said.filter((said) => said.type === "ping").length ?? 0) >= 4);
});

test("reads everything anew after a reset and goes on from its number", async () => {
  peer.greet = (call) => {
    call.socket.send(JSON.stringify({ event: "RESET", data: { reason: "expired" }, stream: HOME, seq: 90, at: "" }));
    call.socket.send(JSON.stringify(event(91)));
  };
  const client = connect(3);
  await until("the event", () => client.seqs.length === 1);
  deepEqual([client.seqs, client.resets], [[91], 1]);
  peer.cut();
  await until("the connection", () => peer.calls.length === 2);
  equal(peer.calls[1]?.since, 91);
});

test("comes back with a fresh token when the old one has expired", async () => {
  peer.greet = (call) => {
    if (peer.calls.length === 1) call.socket.close(4401, "expired");
  };
  let tokens = 0;
  const client = connect(0, { protocols: () => Promise.resolve(["bearer", `token-${(tokens += 1)}`]) });
  await until("the connection", () => client.state === "live");
  deepEqual(peer.calls.map((call) => call.protocols), [["bearer", "token-1"], ["bearer", "token-2"]]);
});

test("stands still once signed out, until somebody comes back", async () => {
  peer.signedIn = false;
  peer.greet = (call) => call.socket.close(4401, "signed out");
  const client = connect();
  await until("the end", () => client.state === "signed-out");
  await rest(200);
  equal(peer.calls.length, 1);
  peer.signedIn = true;
  peer.greet = () => undefined;
  client.wake();
  await until("the connection", () => client.state === "live");
});

test("polls where sockets do not get through, and leaves that once they do", async () => {
  peer.opens = false;
  const client = connect();
  peer.add(2);
  await until("the polling", () => client.state === "polling");
  peer.add();
  await until("the events", () => client.seqs.length === 3);
  peer.opens = true;
  await until("the connection", () => client.state === "live");
  peer.add();
  await until("the last", () => client.seqs.length === 4);
  deepEqual(client.seqs, upTo(4));
});

test("polls where there are no sockets at all", async () => {
  const { WebSocket } = globalThis;
  try {
    Object.assign(globalThis, { WebSocket: undefined });
    const client = connect();
    peer.add();
    await until("the event", () => client.seqs.length === 1);
    equal(client.state, "polling");
    deepEqual(await client.connection.request({ type: "cancel", stream: "transcript:1" }), { kind: "done", cancelled: true });
    deepEqual(peer.posts, ["/cancel/transcript:1"]);
  } finally {
    Object.assign(globalThis, { WebSocket });
  }
});

test("does not call it polling when nothing gets through", async () => {
  peer.opens = peer.answers = false;
  const client = connect();
  await rest(4 * TIMES.open + 200);
  equal(client.state, "reconnecting");
  equal(client.states.some((state) => state.name === "polling"), false);
});

test("says that it is offline when the browser says so, and comes back at once when it wakes", async () => {
  let online = true;
  const client = connect(0, { isOnline: () => online, wait: () => 60_000 });
  await until("the connection", () => client.state === "live");
  online = false;
  peer.cut();
  await until("the loss", () => client.state === "offline");
  online = true;
  client.wake();
  await until("the connection", () => client.state === "live");
});

test("sends what was asked for while the server was away, and hears the outcome", async () => {
  const client = connect();
  await until("the connection", () => client.state === "live");
  const { port } = peer;
  await peer.stop();
  await until("the loss", () => client.state === "reconnecting");
  const outcomes = [1, 2].map(() => client.connection.request({ type: "cancel", stream: "transcript:7" }));
  peer = new Peer();
  await peer.start(port);
  deepEqual(await Promise.all(outcomes), Array(2).fill({ kind: "done", cancelled: true }));
  equal(peer.calls.flatMap((call) => call.said).filter((said) => said.type === "cancel").length, 1);
});

test("leaves a stream that it may not follow", async () => {
  const client = connect();
  const refused: string[] = [];
  client.connection.follow("transcript:9", 0, { receive() {}, reset() {}, refused: (why) => void refused.push(why) });
  await until("the connection", () => client.state === "live");
  peer.say({ type: "error", code: "not_found", detail: "Transcript not found", stream: "transcript:9" });
  peer.say({ type: "error", code: "forbidden", detail: "Not yours", stream: HOME });
  await until("the refusals", () => client.refusals.length + refused.length === 2);
  deepEqual([refused, client.refusals], [["not_found"], ["forbidden"]]);
});

test("comes back from its cursors when the server cannot say just now", async () => {
  const client = connect();
  await until("the connection", () => client.state === "live");
  peer.say({ type: "error", code: "unavailable", detail: "The database does not answer. Try again." });
  await until("a new connection", () => peer.calls.length === 2);
  peer.add();
  await until("the event", () => client.seqs.length === 1);
});
