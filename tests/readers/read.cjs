// Reads a file from standard input as apps in JavaScript do, and says as JSON what it found.
// node read.cjs FOLDER KIND: FOLDER holds node_modules, KIND is calendar, cards, papaparse, csv-parse or json.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const [folder, kind] = process.argv.slice(2);
const installed = createRequire(path.join(path.resolve(folder), "package.json"));

/** What Thunderbird reads calendars and cards with. */
function component(text) {
  const ICAL = installed("ical.js");
  return [ICAL.parse(text)]
    .flatMap((read) => (typeof read[0] === "string" ? [read] : read))
    .map((read) => new ICAL.Component(read));
}

const KINDS = {
  calendar: (text) =>
    component(text).flatMap((calendar) =>
      calendar.getAllSubcomponents("vevent").map((event) => ({
        names: event.getAllProperties().map((property) => property.name.toUpperCase()),
        uid: event.getFirstPropertyValue("uid"),
        summary: event.getFirstPropertyValue("summary"),
        start: event.getFirstPropertyValue("dtstart").toJSDate().toISOString(),
        end: event.getFirstPropertyValue("dtend").toJSDate().toISOString(),
        modified: event.getFirstPropertyValue("last-modified").toJSDate().toISOString(),
        sequence: event.getFirstPropertyValue("sequence"),
        status: event.getFirstPropertyValue("status"),
      })),
    ),
  cards: (text) =>
    component(text).map((card) => ({
      names: card.getAllProperties().map((property) => property.name.toUpperCase()),
      uid: card.getFirstPropertyValue("uid"),
      fn: card.getFirstPropertyValue("fn"),
      n: card.getFirstPropertyValue("n"),
      nickname: card.getFirstProperty("nickname")?.getValues() ?? [],
    })),
  papaparse: (text) => {
    const read = installed("papaparse").parse(text, { header: true, skipEmptyLines: true });
    if (read.errors.length) throw new Error(JSON.stringify(read.errors));
    return read.data;
  },
  "csv-parse": (text) => installed("csv-parse/sync").parse(text, { columns: true, bom: true }),
  json: (text) => JSON.parse(text),
};

process.stdout.write(JSON.stringify(KINDS[kind](fs.readFileSync(0, "utf8"))));
