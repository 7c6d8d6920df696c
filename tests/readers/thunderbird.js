// Runs inside Thunderbird: takes calendar files as its import tab does, and says what is there then.
// Arguments: the files' texts; "-20261210" deletes what begins on that day. Last: where the answer goes.
const answer = arguments[arguments.length - 1];
const steps = [...arguments].slice(0, -1);
const { CalendarFileImporter } = ChromeUtils.importESModule(
  "resource:///modules/CalendarFileImporter.sys.mjs",
);
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");

const calendar = cal.manager.createCalendar(
  "storage",
  Services.io.newURI("moz-storage-calendar://"),
);
calendar.name = "ours";
cal.manager.registerCalendar(calendar);
const items = () =>
  calendar.getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);

async function take(text) {
  const file = Services.dirsvc.get("TmpD", Ci.nsIFile);
  file.append("invite.ics");
  file.createUnique(Ci.nsIFile.NORMAL_FILE_TYPE, 0o600);
  await IOUtils.writeUTF8(file.path, text);
  const importer = new CalendarFileImporter();
  try {
    await importer.startImport(await importer.parseIcsFile(file), calendar);
    return "taken";
  } catch (refusal) {
    return "refused";
  } finally {
    await IOUtils.remove(file.path);
  }
}

(async () => {
  const told = [];
  for (const step of steps) {
    let outcome = "deleted";
    if (step.startsWith("-")) {
      for (const item of await items()) {
        if (item.startDate.icalString.startsWith(step.slice(1))) await calendar.deleteItem(item);
      }
    } else {
      outcome = await take(step);
    }
    const found = (await items()).map((item) => `${item.startDate.icalString} ${item.status}`);
    told.push([outcome, found.sort()]);
  }
  return told;
})().then(answer, (failed) => answer([["failed", [String(failed)]]]));
