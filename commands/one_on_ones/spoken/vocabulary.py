"""Words in which people say how a talk went: a maintained table, in five languages at once. Pure.

A phrase that several meanings share stands in none: whoever types it is asked. Words are compared folded,
without case, accents and signs.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, TypeVar

from storage.core.model import Answer, Evidence, Outcome
from storage.names import folded

E = TypeVar("E")


class Verb(Enum):
    """What a line begins with when it says what is to be done."""

    LOG = "log"
    RATE = "rate"
    FOLLOW_UP = "followup"
    NOTE = "note"
    SHOW = "show"


class Detail(Enum):
    """What a part of a line tells; the value is the key that says so outright."""

    OUTCOME = "outcome"
    RATE = "rate"
    EVIDENCE = "evidence"
    ISSUE = "issue"
    ASK = "ask"
    ANSWER = "answer"
    NEXT = "next"
    ON = "on"
    NOTE = "note"


TEXTS: Final = frozenset({Detail.ISSUE, Detail.ASK, Detail.NOTE})
"""Those that take any words."""

OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.REACHED: (
        "reached, met, talked, talked to, talked with, spoke, spoken, spoke to, spoke with, had a talk,"
        " had a chat, had a call, chatted, chatted with, met up, met with, met for coffee, had coffee,"
        " had coffee with, met for lunch, had lunch, had lunch with, met for a coffee, sat down with,"
        " good talk, great talk, long talk, short talk, good chat, got hold of, got through, got through to,"
        " talked on the phone, spoke on the phone, spoke by phone,"
        " erreicht, getroffen, gesprochen, gesprochen mit, geredet, geredet mit, gequatscht, auf kaffee,"
        " kaffee getrunken, habe gesprochen, hab getroffen, telefoniert, telefoniert mit,"
        " hablado, hable, hable con, hablamos, hable con ella, hable con el, quede, quede con, contactado,"
        " nos vimos, tome un cafe con, tomamos un cafe,"
        " vu, vue, rencontre, rencontree, parle, parle a, parle avec, discute, discute avec, joint, jointe,"
        " pris un cafe avec, on s est parle,"
        " 联系上, 联系上了, 聊过, 聊了, 谈过, 谈了, 见面了, 见过, 见了"
    ),
    Outcome.NO_ANSWER: (
        "noanswer, no answer, na, no reply, not home, nobody home, nobody, missed, missed call, voicemail,"
        " voice mail, left a message, left message, left voicemail, left vm message, left a voicemail, left a vm, left vm, lm, lvm, vm,"
        " didnt answer, did not answer, didnt pick up, did not pick up, no pick up, doesnt pick up,"
        " wouldnt pick up, not picking up, rang out, went to voicemail, no response, didnt reply,"
        " did not reply, no luck, couldnt reach, could not reach, not reached, didnt reach, did not reach,"
        " not there, wasnt there, wasnt home, wasnt in, was not there, not in, didnt get through,"
        " tried, tried calling, tried to call,"
        " keine antwort, nicht erreicht, nicht da, mailbox, auf den ab gesprochen, geht nicht ran,"
        " ging nicht ran, nicht rangegangen, niemand da, nachricht hinterlassen,"
        " no contesta, no contesto, sin respuesta, no responde, no respondio, no estaba, no esta, buzon,"
        " deje un mensaje, deje mensaje, no coge, no lo coge, no la coge, no lo pille,"
        " pas de reponse, pas repondu, n a pas repondu, ne repond pas, absent, absente, messagerie,"
        " repondeur, laisse un message, pas la, pas joignable, injoignable,"
        " 没接, 没人接, 没接电话, 没回, 没回复, 不在, 没联系上, 没找到, 留言了"
    ),
    Outcome.BUSY: (
        "busy, no time, in a rush, was busy, too busy, had no time, in a meeting, at work, on shift,"
        " keine zeit, beschaftigt, hatte keine zeit, in eile, im meeting,"
        " ocupado, ocupada, sin tiempo, no tenia tiempo, estaba ocupado, estaba ocupada,"
        " occupe, occupee, pas le temps, pas de temps, debordee, deborde,"
        " 忙, 在忙, 很忙, 没空, 没时间"
    ),
    Outcome.CALL_BACK: (
        "callback, call back, call later, call back later, not now, later, call me later, call me back,"
        " wants a call back, asked to call back, asked me to call back, try again later, try later,"
        " ruckruf, zuruckrufen, spater, ruft zuruck, will zuruckrufen, bittet um ruckruf,"
        " llamar luego, mas tarde, que llame luego, me llama luego, llamar mas tarde,"
        " rappeler, a rappeler, plus tard, rappeler plus tard, me rappelle,"
        " 回电, 晚点, 稍后, 再打, 回头再说"
    ),
    Outcome.WRONG_CONTACT: (
        "wrongcontact, wrong contact, wrong number, wrong person, wrong, bad number, number dead,"
        " falsche nummer, falsche person, numero equivocado, telefono equivocado, mauvais numero,"
        " faux numero, 打错了, 号码错了, 空号"
    ),
    Outcome.REFUSED: (
        "refused, declined, refuses, no thanks, would not talk, wouldnt talk, hung up, hung up on me,"
        " doesnt want to talk, didnt want to talk, does not want to talk, not interested, walked away,"
        " abgelehnt, will nicht reden, wollte nicht reden, aufgelegt, kein interesse,"
        " no quiere hablar, no quiso hablar, colgo, no le interesa,"
        " refuse de parler, a refuse, refuse, ne veut pas parler, a raccroche, pas interesse,"
        " pas interessee, 拒绝, 拒绝了, 挂了, 挂了电话, 不想谈, 不愿谈"
    ),
}

EVIDENCE: Final[Mapping[Evidence, str]] = {
    Evidence.SAID: "said, says, told me, he said, she said, they said, s, gesagt, sagt, dijo, dice,"
    " a dit, dit, 说, 说了, 他说, 她说",
    Evidence.DID: "did, done, acted, he did, she did, they did, d, getan, gemacht, hizo, lo hizo,"
    " a fait, fait, 做, 做了",
    Evidence.HEARD: "heard, hear, hearsay, somebody said, someone said, i heard, h, gehort, gehoert,"
    " hab gehort, oido, oi, escuche, me dijeron, entendu, oui dire, 听说, 听说的",
}


def _words(listed: str) -> frozenset[str]:
    return frozenset(folded(word) for word in listed.split())


ONE_LETTER: Final = frozenset({"s", "d", "h"})
"""Evidence in one letter: only right behind a rating."""

ANSWERS: Final[Mapping[Answer, str]] = {
    Answer.YES: "yes, y, yeah, yep, sure, ok, okay, agreed, said yes, says yes, will do, said ok, ja, j,"
    " sagt ja, hat ja gesagt, si, dijo que si, dice que si, oui, a dit oui, 是, 好, 同意, 答应了",
    Answer.MAYBE: "maybe, perhaps, unsure, not sure, said maybe, says maybe, will think about it,"
    " thinking about it, vielleicht, uberlegt noch, quizas, quiza, tal vez, puede ser, peut etre, 也许, 可能,"
    " 考虑一下",
    Answer.NO: "no, n, nope, nah, said no, says no, nein, sagt nein, hat nein gesagt, dijo que no, dice que no,"
    " non, a dit non, 不, 不行",
}

ACTS: Final[Mapping[Verb, str]] = {
    Verb.LOG: "log, 1on1, 1on1 log, 1 1, 1 on 1, 1on1s, one on one, logged, called, rang, phoned, visited, texted, emailed,"
    " messaged, wrote to, angerufen, llame a, appele, 打了电话, gesprach, charla, entretien, 记录",
    Verb.RATE: "rate, rated, rating, assess, assessed, bewerte, bewertung, evalua, noter, 评分, 评级",
    Verb.FOLLOW_UP: "followup, follow up, follow up with, remind, remind me, remind me to call, remind me of,"
    " remind me about, remind me to talk to, due add, reminder, erinnere mich an, erinnerung, recuerda,"
    " recuerdame, rappel, rappelle moi, 提醒, 跟进",
    Verb.SHOW: "show, show me, contact show, who is, whos",
}

KEYS: Final[Mapping[Detail, str]] = {
    Detail.OUTCOME: "outcome",
    Detail.RATE: "rate, rating, rated, bewertung",
    Detail.EVIDENCE: "evidence",
    Detail.ISSUE: "issue, issues, topic, about, regarding, problem, thema, tema, asunto, sujet, 议题, 问题",
    Detail.ASK: "ask, asked, asked to, asked for, asked him to, asked her to, asked them to, gefragt,"
    " pedi, demande, 请求",
    Detail.ANSWER: "answer, answered, antwort, respuesta, reponse, 回答",
    Detail.NEXT: "next, next step, followup, follow up, again, nachstes mal, wieder, proximo, otra vez,"
    " prochaine fois, 下次",
    Detail.ON: "on, date, day, am, el, le",
    Detail.NOTE: "note, notes, nb, notiz, nota, apunte, remarque, 备注",
}

FILLERS: Final = _words(
    "and then so also plus und dann y luego et puis i i've ive he she they was is has have had "
    "hab habe ich j'ai je nous wir me he she he's she's they're it's its just a to with w re der die das 然后 了"
)
"""Words that change nothing between the others."""

BEFORE_A_NAME: Final = _words(
    "with w to for from on at mit bei fur an auf con a de avec pour chez de 给 跟 和 对 i ive i've"
)
"""Words between how it went and with whom: ``left a message for sam``."""

JOINERS: Final = _words("and und y et e n 和 跟")
"""Words between several people; a comma and ``&`` do as well."""

SPEAKERS: Final = _words(
    "i i'm i'll i've he he's he'll she she's she'll they they're they'll we we're we'll ich er sie wir yo el"
    " ella ellos je il elle ils on nous 他 她 我"
)
"""Words with which a sentence about somebody begins."""

BOUND: Final = _words(
    "by before on until till for this from since at in after bis am vor ab seit an antes hasta para del"
    " el este avant pour d'ici jusqu'a le ce last the of de next every each"
)
"""Words before a day that make it a part of what they stand in: ``sign by fri``."""

INSIDE: Final = _words("about regarding on am el le")
"""Keys that are ordinary words within others: there they are none."""


SETTINGS: Final = (
    "for coffee, for a coffee, for lunch, for a beer, for tea, over coffee, over lunch, at lunch, on the phone,"
    " by phone, in person, face to face, am telefon, beim kaffee, zum kaffee, por telefono, au telephone,"
    " for a chat, for a walk, on signal, by text"
)
"""Where people met: it changes nothing, and is not kept."""

NUMBERS: Final[Mapping[int, str]] = {
    1: "one, eins, uno, una, un, une, 一",
    2: "two, zwei, dos, deux, 二, 两",
    3: "three, drei, tres, trois, 三",
    4: "four, vier, cuatro, quatre, 四",
    5: "five, funf, cinco, cinq, 五",
}
"""Ratings in words: only before what they rest on."""

LONGEST: Final = 6
"""Words of the longest phrase."""


def phrases_of(table: Mapping[E, str]) -> dict[tuple[str, ...], E]:
    """Return a table of phrases as folded words, each with what it means."""
    found: dict[tuple[str, ...], E] = {}
    for meaning, listed in table.items():
        for phrase in listed.split(","):
            found[tuple(folded(phrase).split())] = meaning
    return found


def cjk_words(*tables: Mapping[tuple[str, ...], object]) -> Sequence[str]:
    """Return the words that are written without blanks around them, longest first."""
    found = {w for table in tables for phrase in table for w in phrase if any(map(is_cjk, w))}
    return sorted(found, key=lambda word: (-len(word), word))


def is_cjk(char: str) -> bool:
    """Whether a sign is one of those that are written without blanks between words."""
    return "\u3400" <= char <= "\u9fff"
