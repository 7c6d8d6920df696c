"""Time zones by what people call the places they live in: a table of what is said and what it means."""

import ast
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel import Locale

from bot.matrix.render import render
from commands.framework.errors import Refusal
from commands.framework.i18n import speaking
from commands.time.languages import LANGUAGES
from commands.zones import cldr, spoken
from commands.zones.gather import gather
from commands.zones.gazetteer import called, largest, names_beginning, ranked, read_places
from commands.zones.places import NamedZone, cities, read_zone
from storage.names import folded

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
TORONTO = ZoneInfo("America/Toronto")


def meant(text: str, home: ZoneInfo = MADRID) -> NamedZone | str:
    """The zone, or what is said instead."""
    try:
        return read_zone(text, NOW, home)
    except Refusal as refusal:
        return str(render(refusal.reply())[0]["body"])


SAID = {
    "Europe/Berlin": "Berlin|München|Muenchen|munich|Köln|Cologne|koeln|Frankfurt am Main|慕尼黑|Германия|"
                     "Deutschland|Allemagne",
    "Europe/Rome": "Turin|Torino|Roma|rome|Milano|Mailand|Italia|Италия|Genova",
    "Europe/Prague": "Brno|Praha|Prag|Česko|Czech Republic|Czechia",
    "Europe/Madrid": "Bilbao|Donostia|A Coruña|Spain|España|Espagne|西班牙",
    "Asia/Shanghai": "Shenzhen|Beijing|北京|深圳|Peking|Guangzhou|广州|China|中国|杭州",
    "Asia/Kolkata": "Pune|Chennai|Madras|Bengaluru|Bangalore|Hyderabad|Mumbai|Bombay|India|Noida|पुणे",
    "Asia/Tokyo": "東京|大阪|Osaka|Japan|Yokohama",
    "Asia/Seoul": "서울|Seoul|Busan|부산",
    "Asia/Taipei": "Taipei|臺北市|Taiwan",
    "America/Sao_Paulo": "São Paulo|sao paulo|Rio|Rio de Janeiro|Brasil|Belo Horizonte|Campinas",
    "America/New_York": "ET|EST|edt|Eastern|Eastern Time|US Eastern|NYC|New York|Boston|Pittsburgh|Brooklyn|"
                        "Washington DC|Portland, Maine|Portland ME|Portland (Maine)|us/eastern",
    "America/Chicago": "CT|Central|central time|Austin|Madison|Chicago|Springfield, Illinois",
    "America/Denver": "MT|Mountain|Boulder|Denver|Colorado",
    "America/Los_Angeles": "PT|PST|Pacific|LA|SF|Oakland|Seattle|US/Pacific|California|Portland|San Jose CA",
    "America/Vancouver": "Vancouver|British Columbia|Burnaby",
    "America/Edmonton": "Calgary|Edmonton|Alberta",
    "America/Winnipeg": "Winnipeg|Manitoba",
    "America/Toronto": "Ontario|Montréal|Montreal|Ottawa|Québec|London, Ontario|London ON",
    "America/Argentina/Buenos_Aires": "Buenos Aires|Argentina|Rosario",
    "America/Bogota": "Medellín|Bogotá|Colombia|Cali",
    "Europe/London": "London|Londres|Londra|Leeds|UK|United Kingdom|Scotland|Glasgow|Europe/London",
    "Europe/Dublin": "Dublin|Cork|Ireland|Irland",
    "Europe/Paris": "Paris|Lyon|Toulouse|France|Frankreich|europe/paris",
    "Europe/Lisbon": "Porto|Lisboa|Lisbon|Braga",
    "Europe/Warsaw": "Kraków|Krakow|Wrocław|Łódź|Polska|Warschau",
    "Europe/Amsterdam": "Utrecht|Den Haag|Nederland|Holland|Eindhoven",
    "Europe/Kyiv": "Kyiv|Kiev|Львів|Lviv|Київ|Odesa",
    "Europe/Istanbul": "İstanbul|Istanbul|Ankara|Türkei",
    "Europe/Chisinau": "Chisinau|Chișinău|Кишинёв",
    "America/Havana": "Havana|La Habana|Cuba",
    "Africa/Casablanca": "Casablanca|Rabat|Marrakech",
    "Africa/Lagos": "Lagos|WAT|Abuja|Nigeria",
    "Africa/Nairobi": "Nairobi|Kenya|EAT|Mombasa",
    "Africa/Johannesburg": "Cape Town|Johannesburg|SAST|Soweto",
    "America/Cancun": "Cancún|Cancun",
    "Asia/Karachi": "Islamabad|Karachi",
    "Atlantic/Madeira": "Madeira|Funchal",
    "Atlantic/Canary": "Canarias|Islas Canarias|Canary Islands|Tenerife",
    "Atlantic/Azores": "Açores|Azores",
    "Asia/Makassar": "Bali|Denpasar",
    "Africa/Cairo": "Cairo|Kairo|القاهرة|Alexandria, Egypt",
    "Asia/Jerusalem": "Tel Aviv|Haifa|תל אביב",
    "Asia/Manila": "Manila|Quezon City|Philippines",
    "Asia/Ho_Chi_Minh": "Hanoi|Saigon|Đà Nẵng|Ho Chi Minh City",
    "Australia/Melbourne": "Melbourne|Geelong",
    "Australia/Perth": "Perth|AWST|Western Australia",
    "Pacific/Auckland": "Auckland|NZST|Wellington|New Zealand",
    "Pacific/Honolulu": "Honolulu|HST|Hawaii",
    "Antarctica/Troll": "Troll",
    "Pacific/Funafuti": "Tuvalu",
    "UTC": "UTC|GMT|utc",
    "Etc/GMT+5": "Etc/GMT+5|etc/gmt+5",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "key"), [(one, key) for key, said in SAID.items() for one in said.split("|")]
)
def test_a_place_is_its_zone(said: str, key: str) -> None:
    found = meant(said)
    assert isinstance(found, NamedZone), found
    assert found.key == key or _same_clock(found.key, key), found


def _same_clock(one: str, other: str) -> bool:
    """Whether a name is another spelling of a zone, as Bratislava's is of Prague's."""
    at = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)]
    return [a.astimezone(ZoneInfo(one)).utcoffset() for a in at] == [
        a.astimezone(ZoneInfo(other)).utcoffset() for a in at
    ]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Odessa", "Europe/Kyiv"),
        ("Brasília", "America/Sao_Paulo"),
        ("Vienne", "Europe/Vienna"),
        ("Pekin", "Asia/Shanghai"),
        ("Andalucía", "Europe/Madrid"),
        ("Palestine", "Asia/Hebron"),
        ("Turkey", "Europe/Istanbul"),
        ("Berlin time", "Europe/Berlin"),
        ("UK time", "Europe/London"),
        ("Central European Time", "Europe/Berlin"),
    ],
)
def test_a_former_or_foreign_name_is_never_taken_for_a_place_s_own(said: str, key: str) -> None:
    found = meant(said)
    assert isinstance(found, NamedZone), found
    assert _same_clock(found.key, key), found


@pytest.mark.parametrize("home", ["UTC", "Africa/Lome", "Asia/Shanghai", "America/New_York"])
def test_one_letter_off_is_another_place(home: str) -> None:
    """Lomé is as large as Rome, and on the clock of whoever has set none yet."""
    found = read_zone("Rome", NOW, ZoneInfo(home))
    assert (found.key, found.elsewhere) == ("Europe/Rome", "")


def test_a_former_name_of_a_large_city_is_not_offered() -> None:
    assert "Austin" not in str(meant("Waterloo"))
    assert "Waterloo (Ontario)" in str(meant("Waterloo"))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("USA", "New York City, Chicago, Los Angeles, or Denver"),
        ("Canada", "Toronto, Vancouver, Calgary, or Halifax"),
        ("Australia", "Sydney, Brisbane, Perth, or Adelaide"),
        ("IST", "Kolkata, Dublin, or Jerusalem"),
        ("CST", "Chicago, Shanghai, or Havana"),
        ("BST", "London or Dhaka"),
        ("Springfield", "Springfield (Missouri), Springfield (Massachusetts), or"),
        ("San Jose", "San Jose (California), San José (Costa Rica)"),
        ("Georgia", "Atlanta or Tbilisi"),
        ("Washington", "Seattle or Washington (District of Columbia)"),
    ],
)
def test_what_has_more_than_one_time_is_asked(said: str, asked: str) -> None:
    words = meant(said)
    assert isinstance(words, str)
    assert f"“{said}” has more than one time. Which is yours: {asked}" in words


def test_every_answer_to_a_question_is_understood() -> None:
    """What is offered can be typed as it stands."""
    for said in ("USA", "Canada", "Springfield", "San Jose", "Georgia", "Washington", "Cambridge"):
        words = str(meant(said))
        offered = re.split(", or |, | or ", words.partition("yours: ")[2].rstrip("?"))
        assert len(offered) > 1
        for one in offered:
            assert isinstance(meant(one.strip()), NamedZone), (said, one)


def test_the_committee_s_own_zone_settles_a_doubt() -> None:
    here, there = meant("Valencia"), meant("Valencia", ZoneInfo("America/Caracas"))
    assert isinstance(here, NamedZone)
    assert isinstance(there, NamedZone)
    assert (here.key, there.key) == ("Europe/Madrid", "America/Caracas")
    assert here.elsewhere == "Valencia (Venezuela)"
    cet = meant("CET")
    assert isinstance(cet, NamedZone)
    assert cet.key == "Europe/Madrid"
    ist = meant("IST", ZoneInfo("Europe/Dublin"))
    assert isinstance(ist, NamedZone)
    assert ist.key == "Europe/Dublin"


def test_a_smaller_namesake_on_the_committee_s_clock_is_asked_about() -> None:
    assert "London (United Kingdom) or London (Ontario)" in str(meant("London", TORONTO))
    settled = meant("London")
    assert isinstance(settled, NamedZone)
    assert (settled.key, settled.elsewhere) == ("Europe/London", "London (Ontario)")


@pytest.mark.parametrize(
    ("said", "suggested"),
    [
        ("Berln", "Berlin"),
        ("Mumbaii", "Mumbai"),
        ("Los Angelos", "Los Angeles"),
        ("Munchn", "Munich"),
        ("Toky", "Tokyo"),
        ("Shenzen City", "Shenzhen"),
    ],
)
def test_a_slip_gets_the_city_it_is_like(said: str, suggested: str) -> None:
    words = str(meant(said))
    assert f"I do not know “{said}”. Did you mean" in words
    assert suggested in words


@pytest.mark.parametrize("said", ["Xyzzyq", "123456", "25", "../../etc/passwd", "{0}", "q" * 500])
def test_what_is_like_nothing_is_told_what_to_name(said: str) -> None:
    assert "Name the biggest city near you, like Madrid or New York." in str(meant(said))


@pytest.mark.parametrize("said", ["+02:00", "UTC+2", "gmt -3", "−5"])
def test_a_distance_from_utc_is_no_zone(said: str) -> None:
    assert "right for half of the year only" in str(meant(said))


def test_every_name_of_the_database_is_taken() -> None:
    for key in available_timezones():
        found = meant(key)
        if "/" in key:
            assert isinstance(found, NamedZone), key
            assert _same_clock(found.key, key)
    assert isinstance(meant("America/Argentina/ushuaia"), NamedZone)


def test_what_is_said_back_is_in_their_language() -> None:
    with speaking("de"):
        found = meant("Portland")
        shenzhen = meant("Shenzhen")
    assert isinstance(found, NamedZone)
    assert isinstance(shenzhen, NamedZone)
    assert (found.place, found.elsewhere) == ("Portland (Oregon)", "Portland (Maine)")


# -- the files


def test_the_files_are_whole() -> None:
    """Every line of the names leads to a place; keys are folded as look-ups fold them."""
    count = 0
    for name in names_beginning("bar"):
        assert folded(name) == name
        [(rank, key)] = ranked([name])
        assert rank >= 0
        assert list(read_places([key])) == called(name)[:1] != []
        count += 1
    assert count > 500
    top = list(largest())
    assert len(top) == 1000
    assert top[0].spots[0].people > top[-1].spots[0].people > 500_000
    assert [place.name for place in called("")] == []


def test_every_place_in_them_is_in_a_zone_we_know() -> None:
    zones = available_timezones()
    unknown = {s.zone for name in names_beginning("s") for p in called(name) for s in p.spots}
    assert unknown - zones <= {"America/Coyhaique"}, "only what a system of 2024 does not have"


def test_gathering() -> None:
    """Names are sorted, largest first; airports are left out; countries and states get their zones."""
    rows = [
        _city(1, "Big", 900, "Europe/Paris", "FR", names=["Groß", "BIG", "Grande"]),
        _city(2, "Small", 100, "Indian/Reunion", "FR", names=["Big"]),
        _city(3, "Capital", 50, "America/Denver", "US", code="CO"),
    ]
    names, places = gather(rows)
    assert names == sorted(names, key=lambda each: each.encode())
    known = dict(each.split("\t") for each in names)
    assert known["big"] == "00000 00001"
    assert (known["gross"], known["grande"]) == ("00000", "00000")
    assert known["france"] == "+FR"
    assert known["colorado"] == "+US-CO"
    assert "+FR\tFrance\tFR\t\tEurope/Paris|900|Big\tIndian/Reunion|100|Small" in places
    assert "00002\tCapital\tUS\tColorado\tAmerica/Denver|50|Capital" in places
    only_code, _places = gather([_city(1, "X", 1, "UTC", "FR", names=["SUN"])])
    assert not any(each.startswith("sun\t") for each in only_code)


def _city(
    key: int,
    name: str,
    people: int,
    zone: str,
    country: str,
    *,
    code: str = "",
    names: list[str] = [],  # noqa: B006
) -> dict[str, object]:
    return {
        "geonameid": key, "name": name, "population": people, "timezone": zone,
        "countrycode": country, "admin1code": code, "alternatenames": names,
    }  # fmt: skip


def test_what_is_kept_of_cldr_is_what_babel_has() -> None:
    assert cldr.FILE.read_text(encoding="utf-8") == cldr.kept(), "run: make docs"
    assert list(cldr.LANGUAGES) == list(LANGUAGES)
    french = cldr.names("fr")
    assert ("mardi", 1) in french.days
    assert ("févr.", 2) in french.months
    assert french.cities["Europe/London"] == "Londres"
    # Of another language Babel is asked.
    assert cldr.names("cs").cities["Europe/London"] == "Londýn"


def test_names_of_a_language_do_not_depend_on_which_was_read_before() -> None:
    """Babel has months of one in another that it read before: the control, in a process of its own."""
    script = (
        "from babel import Locale\n"
        "from commands.zones import cldr\n"
        "months = Locale.parse('ja').months['stand-alone']\n"
        "print([list(months[width].items()) for width in ('wide', 'abbreviated')] != [])\n"
        "print(cldr.kept() == cldr.FILE.read_text(encoding='utf-8'))\n"
        "print(Locale.parse('nl').months['stand-alone']['wide'][2])\n"
    )
    done = subprocess.run(  # noqa: S603  (this interpreter)
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["True", "True", "2月"]


@pytest.mark.parametrize("language", ["de", "es", "fr", "it", "pt_BR", "zh_Hans"])
@pytest.mark.parametrize("skeleton", ["MMMEd", "yMMMEd"])
def test_dates_that_are_said_have_no_names_that_stand_alone(language: str, skeleton: str) -> None:
    """Those are the names that Babel mixes up; the bot says dates of many languages."""
    pattern = Locale.parse(language).datetime_skeletons[skeleton].pattern
    assert not set(pattern) & set("Lcq"), pattern


def test_reading_times_keeps_no_language_of_babel_in_memory() -> None:
    script = (
        "from babel import localedata\n"
        "from commands.time.warm import warm\n"
        "warm()\n"
        "print(sorted(localedata._cache))"
    )
    done = subprocess.run(  # noqa: S603  (this interpreter)
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert set(ast.literal_eval(done.stdout)) <= {"root", "en"}


def test_cities_beside_a_time() -> None:
    known = dict(cities("de"))
    assert known["turin"] == "Europe/Rome"
    assert known["shenzhen"] == "Asia/Shanghai"
    assert known["kolkata"] == "Asia/Kolkata"
    assert "valencia" not in known, "two cities on two clocks"


def test_abbreviations_are_zones_we_know() -> None:
    zones = available_timezones()
    for keys in spoken.ABBREVIATIONS.values():
        assert set(keys.split()) <= zones
    for said, name in spoken.NICKNAMES.items():
        assert isinstance(meant(said), NamedZone) or name == "USA", name
