"""Words and signs for yes, if need be and no, in several languages."""

YES = (
    "yes yeah yep yup ok okay sure good fine works can could available free oui si sí sim ja jo jep"
    " tak hai da evet sì claro vale oké kann passt geht puedo peux posso kan mogę 可以 行 能 好 是 はい"
    " 可 да 参加 ✓ ✔ ✅ ☑ 👍 🆗 👌 ⭕ ○ ◯ 💚 🟢"
)  # fmt: skip
MAYBE = (
    "maybe m idk dunno perhaps possibly unsure ifneedbe need needbe if-need-be notsure peut-être peutetre quizás"
    " quizas quiza tal-vez talvez vielleicht evtl eventuell notfalls forse misschien może kanske måske"
    " kanskje zurnot zur-not ifneeded belki 也许 可能 或许 多分 たぶん может возможно ? ❓ ❔ ⁉ 🤔 🤷"
    " ~ ± △ ▲ 🟡"
)  # fmt: skip
NO = (
    "no n nope nah not cannot cant never nein nee non não nao nie nej nei net hayır hayir nicht 不 不行 不能 否"
    " いいえ нет ✗ ✘ ❌ ✖ ❎ 👎 🚫 ⛔ ✕ × x 🔴"
)  # fmt: skip
NONE = (
    "none nothing keine keins keiner ninguno ninguna ninguém nenhum nenhuma aucun aucune nessuno"
    " nessuna geen żaden ingen"
)
ALL = "all every any anytime whenever everything both alle alles todos todas todo toutes tous tutti tutte wszystkie alla 全部 都"
BUT = "but except without excluding außer ausser ohne sauf salvo excepto menos tranne behalve oprócz utom"
FILLER = (
    "i am im and & und et e och og en i a at on for the is are time times option options number numbers"
    " nr or oder ou from von do make come attend only just please thanks sorry to me the works-for-me it be them of und + with well best i'm we 我 都"
)  # fmt: skip
PHRASES = (
    (r"\bif (?:need(?:ed)?(?: be)?|necessary|i must|i have to)\b", " maybe "),
    (r"\b(?:the )?first(?: one)?\b", " 1 "),
    (r"\b(?:the )?second(?: one)?\b", " 2 "),
    (r"\b(?:the )?third(?: one)?\b", " 3 "),
    (r"\bможет быть\b", " maybe "),
    (r"\b(?:not sure|zur not|tal vez|peut[- ]être|wenn (?:es )?sein muss)\b", " maybe "),
    (r"\b(?:can(?:no|['’ ]?)t|can not|(?:do|does|will|would)(?:n['’]?t| not)(?: work)?)\b", " no "),
    (r"\b(?:no way|kann nicht|no puedo|not possible)\b", " no "),
    (r"\b(?:all|any|every) (?:of (?:them|the times)|times?|the times)\b", " all "),
    (r"\b(?:none|no) of (?:them|the times)\b", " none "),
    (r"\b(?:yes|ja|oui|sí|si|sim|tak) (?:to|an?|zu|à|a|para) (?=all|alle|todos|tous)", " "),
)  # fmt: skip
