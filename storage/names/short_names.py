"""Short and familiar forms of first names: Bill for William, Pepe for José, Sasha for Alexandra. Pure.

English ones come from the package ``nicknames``. No kept package has those of other languages: the table
below holds common ones, from general knowledge of these languages; each line is a form and what it is
short for, folded.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

_OTHERS = """
# One name as languages, passports and ears spell it
aleksandr alexander; aleksander alexander; alexandre alexander; steven stephen; stephan stephen;
catherine katherine; kathryn katherine; katharine katherine; cathryn katherine; catharine katherine;
geoffrey jeffrey; jeffery jeffrey; geoff jeffrey; lakshmi laxmi; shaun sean; shawn sean; yulia julia;
yuliya julia; iulia julia; kristina christina; krystyna christina; kristian christian; ksenia xenia;
evgeny eugene; yevgeny eugene; mihail michael; mikhail michael; yusuf joseph; ma maria;
# African
seun oluwaseun; tunde babatunde; emeka chukwuemeka; ola olamide olabisi; femi olufemi; wale adewale;
bisi adebisi olabisi; chidi chidiebere; ngozi ngozichukwu; kemi oluwakemi; tobi oluwatobi;
tope temitope; yemi oluyemi adeyemi; obi obinna; ike ikechukwu; uche uchechukwu; nnamdi nnamdichukwu;
# German
andi andreas andrea; anni anna; babsi barbara; basti sebastian; bea beatrice beate;
bernd bernhard; bine sabine; conny cornelia; dani daniel daniela; flo florian; franzi franziska;
fritz friedrich; gabi gabriele; gerd gerhard; gitte brigitte; guenni guenther guenter;
hanne johanna; hannes johannes; hans johannes; heinz heinrich; heiner heinrich;
inge ingeborg ingrid; jo johannes johanna; jochen joachim; jupp josef; kalle karl;
karo karoline karolina; kathi katharina kathrin; klaus nikolaus; leni helene magdalena;
lena helena magdalena; liesl elisabeth; lisa elisabeth; lotte charlotte; lutz ludwig;
manni manfred; manu manuel manuela; max maximilian; maxi maximilian; micha michael;
michi michael michaela; moni monika; nele cornelia; niko nikolaus nikolas; nico nicolas nicola;
olli oliver; poldi leopold; resi theresia; rudi rudolf; ruedi rudolf; sascha alexander alexandra;
sebi sebastian; sepp josef; sigi siegfried; steffi stefanie stephanie; susi susanne;
tina christina martina; toni anton antonia; uli ulrich ulrike; ulli ulrich ulrike; uschi ursula;
vroni veronika; willi wilhelm; wolf wolfgang; xaver franz;
# Spanish
alex alejandro alejandra; ale alejandro alejandra; bego begona; beto alberto roberto humberto;
charo rosario; chelo consuelo; chema jose; chava salvador; chus jesus; concha concepcion;
conchi concepcion; cris cristina cristian; curro francisco; edu eduardo; fede federico;
fer fernando fernanda; fran francisco francisca; goyo gregorio; guille guillermo; inaki ignacio;
inma inmaculada; isa isabel; javi javier; jordi jorge; juanjo juan; juanma juan; kike enrique;
kiko francisco; lalo eduardo; lola dolores; loli dolores; lucho luis; lupe guadalupe; maite maria;
manolo manuel; manu manuel; mari maria; marisa maria; memo guillermo; merche mercedes;
montse montserrat; nacho ignacio; nando fernando; paco francisco; pancho francisco; pepa josefa;
pepe jose; pere pedro; pili pilar; quim joaquim; quique enrique; rafa rafael; rodri rodrigo;
santi santiago; susi susana; tere teresa; tono antonio; toni antonio antonia; trini trinidad;
xavi xavier javier; yoli yolanda;
# Portuguese
bia beatriz; cadu carlos; chico francisco; duda eduardo eduarda; dudu eduardo; guga gustavo;
gui guilherme; leo leonardo leandro; malu maria; nando fernando; rafa rafael rafaela;
tiago santiago; tonho antonio; ze jose; zeca jose; zezinho jose;
# Italian
ale alessandro alessandra; beppe giuseppe; checco francesco; edo edoardo; enzo vincenzo lorenzo;
fede federico federica; franco francesco; gabri gabriele gabriella; gianni giovanni; gigi luigi;
gino luigi; giusy giuseppina; lele emanuele raffaele; lollo lorenzo; mimmo domenico;
nando ferdinando; nino antonino giovanni; peppe giuseppe; pino giuseppe; pippo filippo;
raffa raffaella raffaele; sandra alessandra; sandro alessandro; simo simone simona;
tonino antonio; toto antonio salvatore; vale valentina valerio; vanni giovanni;
# French
fred frederic frederique; gaby gabriel gabrielle; gigi ghislaine; guigui guillaume;
jo joel joelle; lulu lucien lucie; manu emmanuel emmanuelle; mimi michel michele; nico nicolas;
phil philippe; seb sebastien; steph stephane stephanie; titi thierry; vero veronique;
vince vincent; xav xavier;
# Dutch
bas sebastiaan; bram abraham; cor cornelis; dirk diederik; gijs gijsbert; henk hendrik;
jaap jacob jakob; jan johannes; joop johannes jozef; kees cornelis; klaas nicolaas; koen koenraad;
koos jacobus; loes louise; mieke maria; piet pieter; rob robert; ruud rudolf;
theo theodoor theodorus; tijs matthijs; toon antoon antonius; wim willem;
# Scandinavian and Finnish
bosse bo; jussi johannes juhani; kalle karl carl; lasse lars; maja maria; nisse nils; olle olof;
pelle per; ulla ulrika;
# Polish and Czech
ania anna; asia joanna; basia barbara; bartek bartlomiej bartosz; czarek cezary; darek dariusz;
gosia malgorzata; grzes grzegorz; honza jan; janek jan; jarek jaroslaw; jirka jiri; joasia joanna;
jurek jerzy; kasia katarzyna; katka katarina katerina; krzys krzysztof; krzysiek krzysztof;
kuba jakub; maciek maciej; magda magdalena; ola aleksandra; olek aleksander; pepa josef;
piotrek piotr; radek radoslaw radomir; rysiek ryszard; slawek slawomir; staszek stanislaw;
tadek tadeusz; tomek tomasz; wojtek wojciech; zbyszek zbigniew; zosia zofia; zuzka zuzana;
# Russian and Ukrainian
alyosha aleksei alexei alexey; anya anna; borya boris; dasha daria darya;
dima dmitri dmitry dmitriy; galya galina; grisha grigori grigory; ira irina iryna;
katya ekaterina yekaterina kateryna; kolya nikolai nikolay; kostya konstantin;
lena elena yelena olena; lyosha aleksei alexei alexey; lyuba lyubov; lyuda lyudmila;
masha maria mariya; mila lyudmila; misha mikhail mykhailo; mitya dmitri dmitry;
nastya anastasia anastasiya; natasha natalia natalya nataliya; olya olga olha; pasha pavel pavlo;
petya pyotr petr petro; sasha alexander alexandra aleksandr aleksandra oleksandr oleksandra;
seryozha sergei sergey; slava vyacheslav yaroslav stanislav; sonya sofia sofya sophia;
stas stanislav; sveta svetlana; tanya tatiana tatyana; tolya anatoly anatoli;
valya valentina valentin; vanya ivan; vasya vasily vasili; vitya viktor victor;
volodya vladimir volodymyr; vova vladimir volodymyr; yura yuri yury yuriy;
zhenya evgeny evgeni yevgeny evgenia evgeniya;
# Arabic and Turkish
mohammed muhammad; mohamed muhammad; mohammad muhammad; muhammed muhammad; ahmad ahmed;
yousef yusuf; youssef yusuf; joseph yusuf; khaled khalid; hussein hussain; husain hussain;
fatma fatima; abdou abdoulaye abdel; apo abdullah; ibo ibrahim; memo mehmet;
mo mohamed mohammed muhammad mohammad; moe mohamed mohammed muhammad mohammad;
"""


@cache
def _longer() -> dict[str, str]:
    """Short form -> what it is short for, parted by spaces: as sets they take four times as much."""
    table: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for long, short in _english():
        table[short][long] = None
    rows = [row for row in _OTHERS.splitlines() if not row.startswith("#")]
    for entry in " ".join(rows).split(";"):
        if entry.split():
            short, *longs = entry.split()
            table[short].update(dict.fromkeys(longs))
    return {
        short: " ".join(each for each in longs if each != short) for short, longs in table.items()
    }


def _english() -> Iterator[tuple[str, str]]:
    """Long names, each with a short form. The package's own tables take 2 MB to make, and stay beside ours."""
    # Imported here: that takes longer than all else of names, and what reads files that people send is a
    # process which folds names and knows no short ones (bot/files/parser_process.py).
    import csv  # noqa: PLC0415

    from nicknames import with_names_csv_path  # noqa: PLC0415

    with with_names_csv_path() as path, path.open(encoding="utf-8", newline="") as file:
        for long, relation, short in csv.reader(file):
            if relation == "has_nickname":
                yield long.strip().lower(), short.strip().lower()


@cache
def _long() -> frozenset[str]:
    return frozenset(long for longs in _longer().values() for long in longs.split())


def longer(word: str) -> frozenset[str]:
    """Return the names that a folded word is short for; empty for most."""
    longs = _longer().get(word)
    return frozenset() if longs is None else frozenset(longs.split())


@cache
def _shorter() -> dict[str, str]:
    table: defaultdict[str, list[str]] = defaultdict(list)
    for short, longs in _longer().items():
        for long in longs.split():
            table[long].append(short)
    return {long: " ".join(shorts) for long, shorts in table.items()}


def relatives(word: str) -> frozenset[str]:
    """Return every name a folded word is short for, and every short form of the word and its long names."""
    longs = longer(word)
    return longs.union(*(_shorter().get(each, "").split() for each in (word, *longs)))


def is_first_name(word: str) -> bool:
    """Whether a folded word is known as a first name or as short for one."""
    return word in _longer() or word in _long()


def short_for_one_another(one: str, other: str) -> bool:
    """Whether one is short for the other, or both for the same name: Bill and Willie."""
    here, there = longer(one), longer(other)
    return other in here or one in there or not here.isdisjoint(there)
