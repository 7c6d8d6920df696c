"""Words that are in everybody's mouth: whether a word may be somebody's name, told by the word alone. Pure.

No record is looked at, so whoever asks learns nothing from what is asked back. A word that is missing here
costs a look-up and no more: nothing is posted or kept back because of this list alone.
"""

from typing import Final

from commands.names.talk_words import OF_TALKS
from storage.names import folded

ALSO_NAMES: Final = frozenset(
    [
        "abbey",
        "amber",
        "angel",
        "april",
        "archer",
        "art",
        "ash",
        "august",
        "autumn",
        "baker",
        "banks",
        "barber",
        "bell",
        "berry",
        "bill",
        "bishop",
        "black",
        "bishop",
        "blue",
        "bond",
        "brook",
        "brown",
        "bush",
        "butler",
        "butcher",
        "carpenter",
        "carter",
        "cash",
        "chance",
        "chase",
        "chip",
        "christian",
        "church",
        "clay",
        "cliff",
        "cole",
        "cook",
        "cooper",
        "crystal",
        "daisy",
        "dale",
        "dan",
        "dawn",
        "day",
        "dean",
        "dean",
        "destiny",
        "dick",
        "drew",
        "duke",
        "earl",
        "eve",
        "faith",
        "farmer",
        "fisher",
        "flora",
        "ford",
        "forest",
        "fox",
        "frank",
        "free",
        "gene",
        "glen",
        "gold",
        "grace",
        "grant",
        "gray",
        "green",
        "grey",
        "guy",
        "hall",
        "harmony",
        "heath",
        "heather",
        "hill",
        "holly",
        "hope",
        "house",
        "hunter",
        "iris",
        "ivy",
        "jack",
        "jade",
        "jasmine",
        "jean",
        "jewel",
        "johns",
        "josh",
        "joy",
        "judge",
        "july",
        "june",
        "kay",
        "king",
        "kit",
        "knight",
        "lake",
        "lane",
        "lee",
        "lily",
        "long",
        "long",
        "love",
        "lynn",
        "major",
        "march",
        "mark",
        "mark",
        "marsh",
        "mason",
        "max",
        "may",
        "melody",
        "mercy",
        "miles",
        "mill",
        "miller",
        "milo",
        "mo",
        "moor",
        "moss",
        "nick",
        "olive",
        "page",
        "paige",
        "park",
        "parker",
        "pat",
        "patience",
        "peace",
        "pearl",
        "penny",
        "piper",
        "poppy",
        "porter",
        "price",
        "prince",
        "queen",
        "ray",
        "red",
        "reed",
        "reid",
        "rich",
        "river",
        "rob",
        "robin",
        "rock",
        "rod",
        "rose",
        "rowan",
        "royal",
        "ruby",
        "rusty",
        "sage",
        "sandy",
        "savage",
        "sharp",
        "shepherd",
        "short",
        "silver",
        "skip",
        "smith",
        "sky",
        "snow",
        "stone",
        "storm",
        "strong",
        "sue",
        "summer",
        "taylor",
        "terry",
        "trinity",
        "turner",
        "victor",
        "violet",
        "walker",
        "wall",
        "ward",
        "waters",
        "wells",
        "west",
        "white",
        "will",
        "winter",
        "wise",
        "wolf",
        "wood",
        "woods",
        "wright",
        "young",
    ]
)
"""Words that are names as well; with a capital they may be one."""

_EVERYDAY: Final = """
a about above after again against agenda ago all almost alone also always am an and another answer answers any
anybody anything are area areas around as ask asked asking asks at away back bad be because been before behind
being below best better between big board boss both bread break breaks bring brings budget but buttons by call
called calling calls can card cards care case cases chair change changes chart check choose clear close coffee
coming committee contact contacts contract count counts cover covered create current daily data date day days
deadline decide decided decision decisions demand demands department did direct discuss do does doing done door
down draft drinks drop due during each early edit either eleven else email end ends enough equal even evening
ever every everybody everyone everything face fair family far fast feedback few fight figures file final find
finish fire first five fix flyers follow followup food for four friday fridays from full fund further future
general get gets give gives go goal goes going good grievance grievances group groups half hand handout hands
has have having he health hello help her here hers him his hold home hour hours how i idea ideas if important in
info information inside into introduction is issue issues it its job join joint just keep kept kick kickoff know
last later law lead leaders leads leaflet leaflets learn least leave left legal let letter letters level life
like line link list lists little look low lunch made mail make makes making management manager managers many
map mapping me means media meet meeting meetings members message met midnight might mine minutes missing mock
monday mondays money month monthly months more morning most move moves much music must my name names need needs
negotiation negotiations never new news newsletter next night nights nine no nobody none noon not note notes
nothing notice now number numbers of off offer office often old on once one online only onto open opening or
order organize organizer organizers organizing other others our out outreach outside over own paid pair part
party past pay people person petition phone phones photo picket pizza place plan planning plans please point
points policy poll polls post poster posters practice prep prepare press print private problem problems process
project public put question questions quick quiet quorum raise rally rate rather read ready reason reasons
remind reminder reminders rent repeat report reports rest result results review right rights role roles room
round rule rules safety saturday save say schedule second secret see send sent series session set sets seven
shift shifts shop should show side sign signed signs signatures since site six sixty skip small so social some
somebody something soon speak speaker speakers speech staff stand start starts state statement status stay step
steps steward stewards still stop store story strategy street strike strikes structure sub such sunday support
survey sync table take taken takes talk talking talks task tasks team teams tell ten test tests than thank
thanks that the their them then there these they thing things think third thirty this those three thursday
thursdays time times title to today together tomorrow tonight too topic topics total town toward training turn
tuesday tuesdays twelve twenty two type under undecided union unit until up update updates us use used vacation
very via visit visits volunteers vote votes wage wages walk wall want wants warm was way we wednesday wednesdays
week weekend weekly weeks well went were what when where whether which while who whole why win with within
without words work worked worker workers working workplace workshop worse worst would write year years yes
yesterday yet you your yours zoom pm mon tue wed thu fri sat sun noon jan feb mar apr jun jul aug sep oct nov dec
january february october november december september facilitator stack temp yesno consensus approve score rank
decide action agenda carry postpone cancel ics every other second half quarter
der die das den dem des ein eine einen und oder mit ohne von vom zu zum zur im in am an auf aus bei bis durch fur
gegen uber um nach vor wir ihr sie es ist sind war wird werden nicht kein keine wer was wann wo wie warum uhr
montag dienstag mittwoch donnerstag freitag samstag sonntag treffen sitzung besprechung streik planung abend
el la los las un una unos y o con sin de del al en por para a que quien cuando donde como es son no si lunes martes
miercoles jueves viernes sabado domingo reunion huelga sobre nosotros
le les des du une et ou avec sans dans pour par sur au aux qui quand comment est sont ne pas lundi mardi mercredi
jeudi vendredi samedi dimanche reunion greve nous vous
i o uno di da dei il lo gli per con su che chi non lunedi martedi mercoledi giovedi venerdi sabato domenica
os as um uma do dos das em no na com sem quem segunda terca quarta quinta sexta
de het een en van met zonder op te voor maandag dinsdag woensdag donderdag vrijdag zaterdag zondag vergadering
och eller med utan av till pa for i det ar inte mandag tisdag onsdag torsdag fredag lordag sondag
"""
EVERYDAY: Final = (frozenset(folded(word) for word in _EVERYDAY.split()) | OF_TALKS) - ALSO_NAMES
"""Words that are no names, folded."""
