// matrix-js-sdk with the Rust crypto that Element Web, Element X and FluffyChat stand on.
// One line of JSON on stdout for everything that happens; the order comes as JSON in the argument.
import * as sdk from "matrix-js-sdk";
import {
  CryptoEvent,
  DecryptionFailureCode,
  OnlySignedDevicesIsolationMode,
  VerificationPhase,
  VerificationRequestEvent,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { createInterface } from "node:readline";
import { logger } from "matrix-js-sdk/lib/logger.js";

logger.setLevel("silent");
for (const level of ["log", "info", "debug", "warn", "error", "trace"]) {
  console[level] = () => {};
}

const order = JSON.parse(process.argv[2]);
const tell = (event, more = {}) => process.stdout.write(JSON.stringify({ event, ...more }) + "\n");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const client = sdk.createClient({ baseUrl: order.homeserver });
const login = await client.loginRequest({
  type: "m.login.password",
  identifier: { type: "m.id.user", user: order.user },
  password: order.password,
});
const me = sdk.createClient({
  baseUrl: order.homeserver,
  userId: login.user_id,
  deviceId: login.device_id,
  accessToken: login.access_token,
  cryptoCallbacks: {},
});
await me.initRustCrypto({ useIndexedDB: false });
const crypto = me.getCrypto();
if (order.signed) {
  await crypto.bootstrapCrossSigning({
    authUploadDeviceSigningKeys: async (upload) => {
      await upload(null);
    },
    setupNewCrossSigning: true,
  });
  crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
}
tell("device", { id: login.device_id });

const heard = [];
const waiting = new Set();
function note(event) {
  if (event.getSender() !== order.bot) return;
  if (event.isDecryptionFailure()) {
    const code = event.decryptionFailureReason;
    if (code === DecryptionFailureCode.MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE) {
      heard.push({ withheld: true, room: event.getRoomId() });
    }
  } else if (event.getType() === "m.room.message") {
    heard.push({ body: event.getContent().body, room: event.getRoomId(), id: event.getId(), event });
  }
  for (const look of waiting) look();
}
me.on(sdk.ClientEvent.Event, note);
me.on(sdk.MatrixEventEvent.Decrypted, note);

function until(fact, what) {
  return new Promise((found, failed) => {
    const clock = setTimeout(() => failed(new Error(`waited in vain for ${what}`)), 40000);
    const look = () => {
      const is = fact();
      if (is) {
        clearTimeout(clock);
        clearInterval(often);
        waiting.delete(look);
        found(is);
      }
    };
    const often = setInterval(look, 200);
    waiting.add(look);
    look();
  });
}
const hear = (room, words, since = 0) =>
  until(() => heard.slice(since).find((m) => m.room === room && m.body?.includes(words)), words);

async function here(room) {
  await until(
    () => me.getRoom(room)?.getMember(order.bot)?.membership === "join" && me.getRoom(room).hasEncryptionStateEvent(),
    "the bot in the room",
  );
}
async function ask(room, content, words) {
  const since = heard.length;
  await me.sendMessage(room, content);
  const answer = await hear(room, words, since);
  tell("answered", { asked: content.body, with: answer.body });
  return answer;
}
const text = (body) => ({ msgtype: "m.text", body });

async function verify(room) {
  const request = await crypto.requestVerificationDM(order.bot, room);
  await new Promise((ready) => {
    const look = () => request.phase >= VerificationPhase.Ready && ready();
    request.on(VerificationRequestEvent.Change, look);
    look();
  });
  const verifier = await request.startVerification("m.sas.v1");
  verifier.on(VerifierEvent.ShowSas, async (sas) => {
    tell("emoji", { decimals: sas.sas.decimal });
    const { value } = await lines.next();
    if (value === "yes") await sas.confirm();
    else sas.mismatch();
  });
  await verifier.verify();
  // Our signature of the bot's identity goes out after the two agreed.
  for (let turn = 0; turn < 100; turn++) {
    if ((await crypto.getUserVerificationStatus(order.bot)).isCrossSigningVerified()) break;
    await new Promise((go) => setTimeout(go, 100));
  }
  const status = await crypto.getUserVerificationStatus(order.bot);
  tell("verified", { trusted: status.isCrossSigningVerified() });
}

try {
  await me.startClient({ initialSyncLimit: 20 });
  await until(() => me.isInitialSyncComplete(), "the first sync");
  if (order.signed) await me.joinRoom(order.room);
  await here(order.room);
  if (!order.signed) {
    await me.sendMessage(order.room, text("!status"));
    // In the direct chat, where there is one.
    const explained = await until(() => heard.find((m) => m.body?.includes("not verified")), "words");
    tell("explained", { with: explained.body });
    await until(() => heard.some((m) => m.withheld && m.room === order.room), "the withheld notice");
    tell("withheld", { code: "m.unverified" });
  } else {
    await ask(order.room, text("!status"), "fingerprint");
    const made = await me.createRoom({
      is_direct: true,
      invite: [order.bot],
      preset: "trusted_private_chat",
      initial_state: [
        { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
      ],
    });
    await here(made.room_id);
    await hear(made.room_id, "Names and ratings belong here");
    const help = await ask(made.room_id, text("!help"), "Topics:");
    await ask(made.room_id, text("!due"), "Nothing due");
    // As Element replies since 2025: the relation, and no quotation in the words.
    await ask(
      made.room_id,
      { ...text("!me"), "m.relates_to": { "m.in_reply_to": { event_id: help.id } } },
      "You are",
    );
    // As Element Web writes a pill.
    await ask(
      order.room,
      {
        ...text(`${order.botName}: !status`),
        format: "org.matrix.custom.html",
        formatted_body: `<a href="https://matrix.to/#/${order.bot}">${order.botName}</a>: !status`,
        "m.mentions": { user_ids: [order.bot] },
      },
      "fingerprint",
    );
    if (order.verify) await verify(made.room_id);
  }
  tell("done");
} catch (error) {
  const timelines = me
    .getRooms()
    .map((room) => room.getLiveTimeline().getEvents().map((e) => [e.getType(), e.getSender(), e.decryptionFailureReason]));
  tell("failed", { why: String(error?.stack ?? error), heard: heard.map((m) => m.body), timelines });
}
process.exit(0);
