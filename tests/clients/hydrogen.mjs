// Hydrogen's own client code with libolm in WebAssembly; only the browser around it is made up.
// One line of JSON on stdout for everything that happens; the order comes as JSON in the argument.
import "fake-indexeddb/auto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
for (const level of ["log", "info", "debug", "warn", "error", "trace"]) {
  console[level] = () => {};
}

const order = JSON.parse(process.argv[2]);
const tell = (event, more = {}) => process.stdout.write(JSON.stringify({ event, ...more }) + "\n");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

class Shelf {
  #kept = new Map();
  getItem = (key) => this.#kept.get(key) ?? null;
  setItem = (key, value) => void this.#kept.set(key, String(value));
  removeItem = (key) => void this.#kept.delete(key);
}
const element = () => ({ style: {}, setAttribute() {}, appendChild() {}, addEventListener() {} });
const browser = {
  window: globalThis,
  localStorage: new Shelf(),
  addEventListener() {},
  removeEventListener() {},
  document: {
    location: { hash: "", search: "" },
    createElementNS: element,
    createElement: element,
    createTextNode: element,
    createComment: element,
    requestStorageAccess: async () => {},
    documentElement: element(),
    body: element(),
  },
  navigator: { onLine: true, platform: "Linux", maxTouchPoints: 0, storage: { persist: async () => true } },
};
for (const [name, value] of Object.entries(browser)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
globalThis.MediaError ??= class {};
// Only a browser knows what these mean.
const fetching = globalThis.fetch;
globalThis.fetch = (url, { method, headers, body, signal }) =>
  fetching(url, { method, headers, body, signal });

const Olm = require("@matrix-org/olm");
globalThis.Olm = Olm;
const { Platform, Client, FeatureSet, LoadStatus, RoomType } = require("hydrogen-view-sdk");

const heard = [];
async function until(fact, what) {
  for (const end = Date.now() + 40000; Date.now() < end; ) {
    const is = fact();
    if (is) return is;
    await new Promise((go) => setTimeout(go, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}
const hear = (room, words, since = 0) =>
  until(() => heard.slice(since).find((m) => m.room === room && m.body.includes(words)), words);

// What Hydrogen's own timeline shows, new entries and those that became readable.
function watch(entries, room) {
  const look = () => {
    for (const entry of entries) {
      const known = heard.some((m) => m.id === entry.id);
      if (entry.sender !== order.bot || known || entry.eventType !== "m.room.message") continue;
      if (entry.content?.body) heard.push({ id: entry.id, room, body: entry.content.body, entry });
    }
  };
  entries.subscribe({ onAdd: look, onUpdate: look, onRemove() {}, onReset: look, onMove() {} });
  look();
}
async function open(client, id) {
  const room = await until(() => client.session.rooms.get(id), "the room");
  await until(() => room.isEncrypted, "that it is encrypted");
  const timeline = await room.openTimeline();
  watch(timeline.entries, id);
  return room;
}
async function ask(room, body, words, replied = null) {
  const since = heard.length;
  if (replied === null) await room.sendEvent("m.room.message", { msgtype: "m.text", body });
  else await room.sendEvent("m.room.message", await replied.entry.createReplyContent("m.text", body));
  const answer = await hear(room.id, words, since);
  tell("answered", { asked: body, with: answer.body });
  return answer;
}

try {
  await Olm.init();
  const platform = new Platform({
    container: element(),
    assetPaths: { olm: {} },
    config: { push: null },
    options: { development: false },
  });
  await platform.init();
  platform.loadOlm = async () => Olm;
  platform.loadOlmWorker = async () => undefined;
  // Its service worker fetches media, of which there is none here.
  platform._serviceWorkerHandler = new Proxy({}, { get: () => async () => undefined });
  const client = new Client(platform, new FeatureSet(0));
  const login = await client.queryLogin(order.homeserver).result;
  await client.startWithLogin(login.password(order.user, order.password));
  await client.loadStatus.waitFor((status) => [LoadStatus.Ready, LoadStatus.Error, LoadStatus.FirstSync].includes(status)).promise;
  await until(() => client.loadStatus.get() === LoadStatus.Ready, "the first sync");
  tell("device", { id: client.session.deviceId });
  // Its owner verifies it from another app.
  if (order.signed) await lines.next();
  if (order.signed) await client.session.joinRoom(order.room);
  const room = await open(client, order.room);
  await until(() => room.membership === "join", "joining");
  if (!order.signed) {
    await room.sendEvent("m.room.message", { msgtype: "m.text", body: "!status" });
    // In the direct chat, where there is one.
    for (const id of [...client.session.rooms.keys()]) if (id !== order.room) await open(client, id);
    const explained = await until(() => heard.find((m) => m.body.includes("not verified")), "words");
    tell("explained", { with: explained.body });
  } else {
    await ask(room, "!status", "fingerprint");
    client.session.createRoom({
      type: RoomType.DirectMessage,
      isEncrypted: true,
      invites: [order.bot],
    });
    const others = () => [...client.session.rooms].map(([id]) => id).filter((id) => id !== order.room);
    const [made] = await until(() => others().length > 0 && others(), "the direct chat");
    const direct = await open(client, made);
    await hear(direct.id, "Names and ratings belong here");
    const help = await ask(direct, "!help", "Topics:");
    await ask(direct, "!due", "Nothing due");
    // Its reply quotes what it answers in the words themselves.
    await ask(direct, "!me", "You are", help);
  }
  tell("done");
} catch (error) {
  tell("failed", { why: String(error?.stack ?? error), heard: heard.map((m) => m.body.slice(0, 80)) });
}
process.exit(0);
