#!/bin/sh
# hydrogen-view-sdk 0.3.1: what a message answers is left outside of its encryption.
#
# One would guess: what a person sends encrypted is whole inside the ciphertext, and the envelope repeats
# of it what the homeserver needs. Other clients do it so (matrix-js-sdk, matrix-rust-sdk, mautrix, nio),
# and a reader that trusts only what was encrypted reads the relation there.
# What happens: Hydrogen takes m.relates_to out before it encrypts, and puts it on the envelope alone. The
# decrypted event is a text that begins with a quote ("> <@somebody> ...") and says nowhere that it is a
# reply. Whoever removes the quote only from events that are replies has to look at the envelope, too.
#
# Seen with hydrogen-view-sdk 0.3.1, Node 20.20.2, on 2026-11-29:
#   encrypted: {"msgtype":"m.text","body":"> <@bot:example.org> Coming?\n\n!yes", ... } without m.relates_to
#   in clear:  {"m.relates_to":{"m.in_reply_to":{"event_id":"$asked"}}}
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts hydrogen-view-sdk@0.3.1 >/dev/null
# The two are in the bundle without a name outside of it.
bundle=node_modules/hydrogen-view-sdk/lib-build
cp "$bundle/hydrogen.cjs.js" "$bundle/opened.cjs"
echo 'exports.PendingEvent = PendingEvent; exports.createReplyContent = createReplyContent;' >>"$bundle/opened.cjs"

cat >ask.cjs <<'END'
const { PendingEvent, createReplyContent } = require("./node_modules/hydrogen-view-sdk/lib-build/opened.cjs");

const asked = {
  id: "$asked",
  sender: "@bot:example.org",
  displayName: "Bot",
  eventType: "m.room.message",
  content: { msgtype: "m.text", body: "Coming?" },
};
const content = createReplyContent(asked, "m.text", "!yes");
const data = { content, eventType: "m.room.message", needsEncryption: true };
const pending = new PendingEvent({ data, remove() {}, emitUpdate() {}, attachments: null });
const encrypted = pending.contentForEncryption;
const clear = {};
pending._preserveContentFields(clear);
console.log("encrypted:", JSON.stringify(encrypted));
console.log("in clear:", JSON.stringify(clear));
const outside = !("m.relates_to" in encrypted) && "m.in_reply_to" in clear["m.relates_to"];
process.exit(outside && encrypted.body === "> <@bot:example.org> Coming?\n\n!yes" ? 0 : 1);
END
node ask.cjs
