"""Words that people try, and the command that does what they mean by them.

A maintained list: whoever sees a word tried in vain adds it. Letters alone would have sent "minutes" to
"!digest off". Each line: the command, then the words, with commas between. A command may be one with a
topic, such as "help secrecy". Words that are commands or their other names already need no line here.
"""

from collections.abc import Mapping
from typing import Final

_TRIED: Final = {
    "1on1 log": "call, called, phone, phoned, talk, talked, spoke, spoke with, met with, visit, visited, "
    "conversation, chat, text, texted, message, contacted, outreach, touch",
    "contact find": "who, who is, whois, look, lookup, look up, where, where is, person, name",
    "contact add": "new, create, register, new contact, new person",
    "contact list": "people, members, staff, coworkers, colleagues, workers, list, everyone, everybody, names, roster",
    "contact edit": "change, rename, correct, fix, update",
    "contact left": "left, quit, resigned, fired, gone, left the company, terminated",
    "contact exclude": "manager, boss, supervisor, exclude",
    "forget": "delete, remove, erase, forgot, purge, wipe, gdpr, contact remove, contact delete, delete contact, remove contact",
    "subject": "data, personal data",
    "assess": "rating, score, support, supports, supporter, opposes, against",
    "scale": "levels, legend, what is 1",
    "stale": "old, outdated",
    "note": "remember, notes, write, memo, comment",
    "due": "to do, to-do, todos, tasks today, overdue, my day, what do i, what is due, whats due",
    "done": "finished, complete, completed, did it, check",
    "snooze": "later, postpone, delay, wait",
    "turf": "mine, my people, who are my, who is mine, my turf, my list, my contacts",
    "turf assign": "give, delegate, allocate",
    "away": "holiday, vacation, sick, leave, off, urlaub, ooo, out of office, absent",
    "offboard": "kick, expel, fire, remove organizer, ban",
    "setup": "settings, config, configure, setting, options",
    "report": "stats, statistics, numbers, progress, summary, overview, figures, count, counts, results",
    "chart": "map, wall, graph, diagram, picture",
    "test open": "petition, strike, pledge, structure test, campaign, button, mock vote, new test",
    "test mark": "signed, sign, sign up, signature, participated",
    "test status": "how many signed, turnout",
    "meet": "event, events, schedule, when, termin, termine, reunion",
    "meet new": "plan, invite, new meeting, schedule meeting, appointment",
    "meet poll": "doodle, when can you, availability, survey time, time poll",
    "meet can": "available, free, i can",
    "meet end": "minutes, protocol, protokoll, summary of meeting, end",
    "meet ics": "calendar, ical, kalender, outlook, gcal",
    "meet link": "zoom, jitsi, link, call link, video",
    "yes": "attend, attending, rsvp, accept, going, join meeting",
    "no": "decline, not coming, cannot, cant, i cant, i cannot",
    "actions": "tasks, task, task list, actionitems, my tasks",
    "action": "new task",
    "decide": "decision, motion, resolve, resolved, resolution",
    "stack": "queue, raise hand, raise, speak",
    "here": "arrived",
    "attended": "attendees, showed up, sign-in sheet, sign in sheet, signin, participants",
    "issues": "topics, topic, demands, concerns, grievances, problems, what moves",
    "fields": "phones, phone numbers, emails, e-mail, mail, languages, custom fields",
    "poll": "ask, question, survey, umfrage, ballot, election, new poll, temperature",
    "poll list": "open polls",
    "vote": "choose, pick, elect",
    "import file": "import, upload, csv, excel, xlsx, list of people, spreadsheet",
    "export": "download, backup, dump, copy",
    "buddy": "partner, companion, sponsor, pair, pair up",
    "tips": "advice, first week, newbie, onboarding",
    "digest off": "stop, unsubscribe, silence",
    "quiet": "night, do not disturb, dnd, sleep",
    "lang": "translate, translation, locale",
    "tz": "time zone, zone, city, clock, time, utc",
    "undo": "revert, oops, mistake, wrong, oh no, wait no, thats wrong, cancel that, take back, restore",
    "me": "who am i, my role, profile, account",
    "direct": "private, pm, open chat",
    "help danger": "raid, police, lost phone, stolen phone, stolen, compromised, snitch, infiltrator, spy, leak, emergency, destroy, wipe everything",
    "status": "ping, alive, health, version, are you there, info, about, who can see, who can read, who sees, who reads, who else, is this encrypted, is it encrypted, encrypted, is this safe, is it safe",
    "tour": "hi, hello, hey",
    "help": "menu, manual, guide, docs, how, h, man, usage, hilfe, ayuda, aide, aiuto, ajuda, what, what do you, what do u, what can you, what can u, what can i, who are you",
    "help secrecy": "anonymous, secret, safe, security, encryption, is it anonymous, is it secret, is this anonymous, is this secret, who voted, who has voted, what does the, did it count, did my vote, was it counted",
    "confirm": "lead, promote, admin, mod, moderator, keeper, leads, make lead, demote",
    "identity": "verify, verification, keys, key, fingerprint, device",
}


def _by_word() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for command, words in _TRIED.items():
        for word in words.split(","):
            if found.setdefault(word.strip(), command) != command:
                raise ValueError(f"“{word.strip()}” is tried for two commands")
    return found


TRIED: Final = _by_word()
"""By the words: the command that is suggested."""
