"""Words of talks that stand beside a name, in the languages in which times are read. Data, no rules.

A first name alone is told by them: "call Sam", "Sam anrufen", "hablar con Sam", "联系 Sam". Verbs, and few nouns:
each word more costs somebody a look-up for a title that names nobody.
"""

from typing import Final

from storage.names import folded

_BEFORE: Final = """
call calls calling phone phones ring rings text texts message messages visit visits convince persuade recruit
rate rated remind reminds thank about
ruf rufe besuche ueberzeuge überzeuge erinnere frag
bel belt bezoek overtuig herinner bedank
llama llamen convence contacta contactar
appeler appelle appelez contacter convaincre relancer remercier
chiama chiamare contattare convincere
visitar convencer contactar contatar lembrar
odwiedz odwiedź odwiedzić przekonaj przekonać zapytaj zapytać przypomnij
联系 打电话给 给 找 拜访 说服 跟
"""
"""With a name behind."""
_IN_TWO: Final = """
1on1 with|one with|1 with|talk with|talks with|speak with|meet with|chat with|coffee with|lunch with|check with
talk to|talks to|speak to|listen to|go to|follow with|up with|in with|conversation with
gespräch mit|treffen mit|rede mit|reden mit|sprich mit|sprechen mit|telefonat mit|kaffee mit|termin mit
praat met|praten met|gesprek met|spreek met|afspraak met|koffie met
llamar a|llama a|visitar a|convencer a|preguntar a|pregunta a|recordar a|hablar con|habla con|reunión con|café con
charla con|cita con
parler à|parle à|parler avec|parle avec|discuter avec|entretien avec|vous avec|café avec|rencontre avec
téléphoner à|demander à
parlare con|parla con|incontro con|colloquio con|caffè con|telefonare a|chiedere a|ricordare a
ligar para|liga para|falar com|fala com|conversar com|conversa com|reunião com|café com|perguntar a
zadzwoń do|zadzwonić do|rozmowa z|rozmawiać z|porozmawiać z|spotkanie z
"""
"""Two words with a name behind."""
_BEHIND: Final = """
signed signs said says refuses refused supports opposes hesitates agreed agrees voted
anrufen ansprechen fragen besuchen überzeugen reden sprechen telefonieren unterschrieb unterschreibt sagt sagte
zögert
bellen spreken bezoeken overtuigen tekende tekent zegt zei weigert twijfelt
firmó dijo dice apoya
dit refuse soutient hésite
disse dice sostiene rifiuta esita
assinou disse diz apoia recusa hesita votou
podpisał podpisała mówi powiedział powiedziała popiera odmawia
签了 签名 说 同意 反对
"""
"""With a name before."""
_BEHIND_IN_TWO: Final = """
has signed|hat unterschrieben|hat gesagt|heeft getekend|heeft gezegd|ha firmado|ha dicho|a signé|a dit|ha firmato
ha detto
"""
"""Two words with a name before."""


def _pairs(listed: str) -> frozenset[str]:
    return frozenset(folded(both) for row in listed.splitlines() for both in row.split("|") if both)


BEFORE: Final = frozenset(map(folded, _BEFORE.split()))
BEFORE_IN_TWO: Final = _pairs(_IN_TWO)
BEHIND: Final = frozenset(map(folded, _BEHIND.split()))
BEHIND_IN_TWO: Final = _pairs(_BEHIND_IN_TWO)
OF_TALKS: Final = BEFORE | BEHIND | {both.split()[0] for both in BEFORE_IN_TWO | BEHIND_IN_TWO}
"""Words that are nobody's name for standing beside one."""
