"""Lines as organizers type them in six languages ask for what the English line beside them asks for."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.all import CATALOGUE
from commands.framework.context import Context, Place, Role
from commands.framework.i18n import hearing, speaking
from commands.framework.parse import NotRead, Request, parse
from tests.unit.circumstances import circumstances

LINES = {
    "de": {
        '!kontakt neu "Sam Okafor" bereich=Payments': '!contact add "Sam Okafor" area=Payments',
        "kontakt aendern M-3 schicht=Nacht": "contact edit M-3 shift=Nacht",
        "KONTAKT ANDERN M-3 schicht=Nacht": "contact edit M-3 shift=Nacht",
        "Gespräch M-41 erreicht stufe=2 gesagt schritt=mi": "1on1 log M-41 reached rate=2 said next=wed",
        "gesprach M-41 beschäftigt": "1on1 log M-41 busy",
        "gespraech M-41 erreicht thema=Überstunden --offenlassen": "1on1 log M-41 reached issue=Überstunden --keep",
        "einstufung M-41 2 gesagt": "assess M-41 2 said",
        "notiz M-3 spricht Polnisch, schluss=offen": "note M-3 spricht Polnisch, schluss=offen",
        "fällig": "due",
        "faellig": "due",
        "!als naechstes": "!next",
        "verschieben 3 übermorgen": "snooze 3 übermorgen",
        '!test öffnen petition "Rufbereitschaft" ziel=65% schluss="4. dez"': '!test open petition "Rufbereitschaft" goal=65% closes="4. dez"',
        "test schliessen 2 --ja": "test close 2 --yes",
        "!umfrage janein Gehen wir an die Öffentlichkeit? schluss=mi": "!poll yesno Gehen wir an die Öffentlichkeit? closes=mi",
        "!umfrage Öffnen wir die Streikkasse? ja, nein": "!poll Öffnen wir die Streikkasse? ja, nein",
        "!treffen neu Planung | di 19:00 | 90m": "!meet new Planung | di 19:00 | 90m",
        "komme nicht #7": "no #7",
        "!RÜCKGÄNGIG": "!undo",
        "hilfe umfrage": "help umfrage",
    },
    "es": {
        '!contacto añadir "Ana Ruiz" área=Pagos': '!contact add "Ana Ruiz" area=Pagos',
        "contacto anadir Ana area=Pagos turno=noche": "contact add Ana area=Pagos shift=noche",
        "1a1 M-41 hablé valora=2 dijo siguiente=mié": "1on1 log M-41 reached rate=2 said next=mié",
        "uno a uno M-41 ocupado": "1on1 log M-41 busy",
        "valorar M-41 2 dijo": "assess M-41 2 said",
        "nota M-3 habla polaco": "note M-3 habla polaco",
        "pendientes": "due",
        "con quien": "next",
        "seguimiento M-3 miércoles": "followup M-3 miércoles",
        '!prueba abrir petición "Guardias" meta=65%': '!test open petition "Guardias" goal=65%',
        "prueba cerrar 2 --si": "test close 2 --yes",
        "!votación ¿Salimos a la calle? sí, no cierre=mié": "!poll ¿Salimos a la calle? sí, no closes=mié",
        "!VOTACION si no ¿Vamos?": "!poll yesno ¿Vamos?",
        "!reunión nueva Planificación | mié 19:00": "!meet new Planificación | mié 19:00",
        "vengo #7": "yes #7",
        "deshacer": "undo",
        "quién soy": "me",
        "ausencia miércoles suplencia=@ben": "away miércoles cover=@ben",
    },
    "fr": {
        '!contact ajouter "Zoé Martin" secteur=Paie': '!contact add "Zoé Martin" area=Paie',
        "contact modifier M-3 horaire=nuit": "contact edit M-3 shift=nuit",
        "échange M-41 parlé éval=2 dit suite=mer": "1on1 log M-41 reached rate=2 said next=mer",
        "echange M-41 occupé": "1on1 log M-41 busy",
        "tete a tete M-41 parle enjeu=astreintes": "1on1 log M-41 reached issue=astreintes",
        "évaluer M-41 2 dit": "assess M-41 2 said",
        "note M-3 parle polonais": "note M-3 parle polonais",
        "suivis": "due",
        "qui ensuite": "next",
        "suivi M-3 mercredi": "followup M-3 mercredi",
        '!test ouvrir pétition "Astreintes" objectif=65%': '!test open petition "Astreintes" goal=65%',
        "TEST CLOTURE 2": "test close 2",
        "test clore 2 --oui": "test close 2 --yes",
        "!sondage On y va ? oui, non cloture=mer": "!poll On y va ? oui, non closes=mer",
        "!réunion prévoir Préparation | mié 19:00": "!meet new Préparation | mié 19:00",
        "viens #7": "yes #7",
        "viens pas #7": "no #7",
        "ANNULER": "undo",
        "ordre du jour": "agenda",
    },
    "it": {
        '!contatto nuovo "Sara Riva" area=Paghe': '!contact add "Sara Riva" area=Paghe',
        "aggiungi Sara turno=notte": "contact add Sara shift=notte",
        "1a1 M-41 parlato valuta=2 detto prossimo=mer": "1on1 log M-41 reached rate=2 said next=mer",
        "1a1 M-41 occupata": "1on1 log M-41 busy",
        "valuta M-41 2 detto": "assess M-41 2 said",
        "nota M-3 parla polacco": "note M-3 parla polacco",
        "ricontatti": "due",
        "con chi": "next",
        "ricontatta M-3 mercoledì": "followup M-3 mercoledì",
        "Ricontatta M-3 mercoledi": "followup M-3 mercoledì",
        '!test apri petizione "Reperibilità" obiettivo=65%': '!test open petition "Reperibilità" goal=65%',
        "test chiudi 2 --conferma": "test close 2 --yes",
        "!sondaggio Usciamo allo scoperto? sì, no chiusura=mer": "!poll Usciamo allo scoperto? sì, no closes=mer",
        "!riunione nuova Preparazione | mié 19:00": "!meet new Preparazione | mié 19:00",
        "vengo #7": "yes #7",
        "non vengo #7": "no #7",
        "annulla": "undo",
        "chi sono": "me",
    },
    "pt_BR": {
        '!contato adicionar "Bia Souza" área=Pagamentos': '!contact add "Bia Souza" area=Pagamentos',
        "contato corrigir M-3 turno=noite": "contact edit M-3 shift=noite",
        "conversa M-41 conversei posicao=2 disse próximo=qua": "1on1 log M-41 reached rate=2 said next=qua",
        "conversa M-41 ocupado": "1on1 log M-41 busy",
        "conversa M-41 conversei questao=plantão": "1on1 log M-41 reached issue=plantão",
        "avaliar M-41 2 disse": "assess M-41 2 said",
        "nota M-3 fala polonês": "note M-3 fala polonês",
        "retornos": "due",
        "com quem": "next",
        "retorno M-3 quarta": "followup M-3 quarta",
        '!teste abrir petição "Plantão" meta=65%': '!test open petition "Plantão" goal=65%',
        "teste fechar 2 --sim": "test close 2 --yes",
        "!votação A gente sai na rua? sim, não prazo=qua": "!poll A gente sai na rua? sim, não closes=qua",
        "!votacao sim nao Vamos?": "!poll yesno Vamos?",
        "!reunião nova Preparação | ter 19:00": "!meet new Preparação | ter 19:00",
        "reuniao nao #7": "no #7",
        "desfazer": "undo",
        "quem sou": "me",
    },
    "zh_Hans": {
        "！联系人 添加 张三 部门=支付": "!contact add 张三 area=支付",
        "！联系人添加张三　部门＝支付": "!contact add 张三 area=支付",
        "联系人 修改 M-3 班次：夜班": "contact edit M-3 shift=夜班",
        "一对一 记录 M-41 谈到了 评为=2 说了 下一步=周三": "1on1 log M-41 reached rate=2 said next=周三",
        "一对一M-41 没空": "1on1 log M-41 busy",
        "谈过 M-41 谈到了 关心：加班 ——保留": "1on1 log M-41 reached issue=加班 --keep",
        "评估M-41 2 说了": "assess M-41 2 said",
        "备注 M-3 会说波兰语": "note M-3 会说波兰语",
        "跟进": "due",
        "找谁谈": "next",
        "！跟进添加张三 周三": "!followup 张三 周三",
        "！测试 发起 请愿 “待命费” 目标＝65％": '!test open petition "待命费" goal=65%',
        "测试 关闭 2 --确定": "test close 2 --yes",
        "！发起投票“下周罢工吗？”　赞成、反对　截止：周三": "!poll “下周罢工吗？” 赞成、反对 closes=周三",
        "！投票 赞成反对 一起去吗？": "!poll yesno 一起去吗?",
        "！会议 安排 筹备 | 周二 19：00": "!meet new 筹备 | 周二 19:00",
        "不参会 #7": "no #7",
        "撤销": "undo",
        "我是谁": "me",
        "！投票取消K7QX": "!poll cancel K7QX",
    },
}  # fmt: skip
"""By language: what is typed, and the same in English. Values stay as they are, but for words of a list."""

CASES = [
    (language, typed, english)
    for language, lines in LINES.items()
    for typed, english in lines.items()
]


def asks_for(text: str, ctx: Context) -> tuple[object, ...]:
    found = parse(text, ctx, CATALOGUE)
    assert isinstance(found, Request), (text, found.refusal.problem)
    return found.command.name, dict(found.arguments)


def somebody(language: str) -> Context:
    return replace(circumstances(place=Place.DIRECT, role=Role.KEEPER), language=language)


@pytest.mark.parametrize(("language", "typed", "english"), CASES)
def test_a_line_asks_for_what_it_asks_for_in_english(
    language: str, typed: str, english: str
) -> None:
    ctx = somebody(language)
    with hearing(language), speaking(language):
        heard = CATALOGUE.typed.in_english(typed)
        assert heard.ask is None
        assert heard.language is None
        assert asks_for(heard.text, ctx) == asks_for(english, ctx)
        # What was put into English is English, and stays as it is.
        assert CATALOGUE.typed.in_english(heard.text).text == heard.text


@pytest.mark.parametrize(("language", "typed", "english"), CASES)
def test_a_line_in_english_stays_as_it_is(language: str, typed: str, english: str) -> None:
    """The control: the languages heard change nothing of a line whose names are English."""
    del typed
    with hearing(*LINES), speaking(language):
        assert CATALOGUE.typed.in_english(english).text == english


def test_there_are_enough_of_each() -> None:
    assert all(len(lines) >= 15 for lines in LINES.values())


@pytest.mark.parametrize(("language", "typed", "english"), CASES)
def test_whoever_has_not_chosen_a_language_is_understood(
    language: str, typed: str, english: str
) -> None:
    """With the mark, in a committee that speaks English: which language it is, where one alone knows the words."""
    marked = typed if typed[0] in "!！" else f"!{typed}"
    with hearing("en"), speaking("en"):
        heard = CATALOGUE.typed.in_english(marked)
        if heard.text == marked:
            assert isinstance(parse(marked, somebody("en"), CATALOGUE), NotRead) or typed == english
        assert heard.language in {None, language}


@given(st.text(max_size=60), st.sampled_from([*LINES, "en"]), st.sampled_from([*LINES, "en"]))
def test_any_text_is_put_into_english_once(text: str, committee: str, own: str) -> None:
    """Nothing raises, and what is English stays so."""
    with hearing(committee, own), speaking(own):
        heard = CATALOGUE.typed.in_english(text)
        assert heard.ask is not None or CATALOGUE.typed.in_english(heard.text).text == heard.text


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ('notiz M-3 "schluss=fr, ziel=3"', 'note M-3 "schluss=fr, ziel=3"'),
        ("notiz M-3 'schluss=fr' --ja", "note M-3 'schluss=fr' --yes"),
        ('!umfrage "schluss=mi?" ja, nein', '!poll "schluss=mi?" ja, nein'),
        ("test schließen 2 —ja", "test close 2 —yes"),
        ("gespräch M-1 erreicht stufe = 2", "1on1 log M-1 erreicht rate=2"),
        ("!!fällig", "!!due"),
        ("! fällig", "! due"),
        ("Fällig.", "due"),
        ("„fällig“", "„fällig“"),
        ("", ""),
        ("!", "!"),
        # Talk: no command, or one that takes nothing behind it.
        ("ich war bei Sam", "ich war bei Sam"),
        ("!ich", "!me"),
        # A slip in a longer name is no shorter one with words behind it.
        ("test schleißen 2", "test schleißen 2"),
    ],
)
def test_only_names_and_keys_are_put_into_english(typed: str, english: str) -> None:
    with hearing("de"), speaking("de"):
        assert CATALOGUE.typed.in_english(typed).text == english


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        # Clear: a sign, a number or a letter follows.
        ("！评估M-41 2", "！assess M-41 2"),
        ("评估M-41 2", "assess M-41 2"),
        ("！发起投票“去吗？”截止：周三", "！poll “去吗？” closes=周三"),
        ("！联系人添加张三", "！contact add 张三"),
        # Not clear: talk without a mark, a name of one sign, a shorter name that takes a question.
        ("备注张三想谈工资", "备注张三想谈工资"),
        ("我是谁呢", "我是谁呢"),
        ("！投票取消吗", "！投票取消吗"),
        ("参会的人多吗", "参会的人多吗"),
    ],
)
def test_chinese_runs_together_where_that_is_clear(typed: str, english: str) -> None:
    with hearing("zh_Hans"), speaking("zh_Hans"):
        assert CATALOGUE.typed.in_english(typed).text == english
