"""The few words of each language that CLDR has no names for. One row per language; data, no rules.

Weekdays, months and cities come from CLDR (vocabulary.py). Words stand here as they are typed; they
are compared without case or accents. Alternatives are separated by bars.
"""

from commands.time.language import Language
from commands.time.romance_languages import ES, FR, IT, PT

EN = Language(
    code="en", twelve=True, sunday_first=True,
    days={-2: "day before yesterday|the day before yesterday", -1: "yesterday", 0: "today", 1: "tomorrow|tmrw|tmr|tomorow", 2: "day after tomorrow|the day after tomorrow|overmorrow"},
    weekdays={1: "tues", 2: "weds", 3: "thur|thurs"},
    at="at|@|around|about|circa|ca|approx|approximately|roughly|at around|at about|at roughly|at approximately", on="on", fill="the|of", this="this", next="next", coming="coming",
    this_week="this week", next_week="next week", ahead="in", from_now="from now",
    one="a|an", after={"and a half": 30}, spans={"an hour and a half": 90},
    minutes="minute|minutes|min|mins|m", hours="hour|hours|hr|hrs|h",
    days_unit="day|days|d", weeks="week|weeks|wk|wks|w", fortnights="fortnight|fortnights",
    months="month|months|mo|mos",
    half_hour="half an hour|half hour|a half hour", mark="o clock|oclock|h|hrs|hours|hundred hours",
    morning="morning|in the morning|this morning", afternoon="afternoon|in the afternoon",
    evening="evening|in the evening|at night", night="night",
    fused={"tonight": (0, "evening"), "this evening": (0, "evening"), "this afternoon": (0, "afternoon"),
           "this morning": (0, "morning")},
    noon="noon|midday|12 noon|twelve noon", midnight="midnight|12 midnight",
    past="past|after", to="to|till|before",
    before={"half past": 30, "quarter past": 15, "a quarter past": 15, "quarter after": 15,
            "a quarter after": 15, "quarter to": -15, "a quarter to": -15, "quarter till": -15,
            "quarter before": -15},
    range_from="from|between", range_to="to|until|till|-", range_and="and", every="every|each", other="other|second",
    until="until|till|through", of_month="of the month|of each month|of every month|of a month|in the month|every month|each month|monthly",
    places={1: "first|1st", 2: "second|2nd", 3: "third|3rd", 4: "fourth|4th", -1: "last"},
    plural_weekdays={0: "mondays", 1: "tuesdays", 2: "wednesdays", 3: "thursdays", 4: "fridays",
                     5: "saturdays", 6: "sundays"},
    numbers="one two three four five six seven eight nine ten eleven twelve",
    more_numbers={15: "fifteen", 5: "oh five|o five", 20: "twenty", 25: "twenty five", 30: "thirty", 40: "forty", 45: "forty five",
                  50: "fifty", 55: "fifty five", 35: "thirty five", 13: "thirteen", 14: "fourteen",
                  16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen"},
    month_names={9: "sept"},
    nearest="coming|the coming|upcoming|the upcoming", last="last|the last|past|this past", ago="ago",
    week_after_next="week after next|the week after next", after_next="after next",
    weeks_on={"week": 1, "fortnight": 2, "a week": 1}, on_from="on|from|after", week_before_day=True, halfway="half",
    ish="ish|or so|or thereabouts|sharp|on the dot|prompt|precisely|exactly",
    each={"daily": ("days", 1), "weekly": ("weeks", 1), "biweekly": ("weeks", -2), "bi weekly": ("weeks", -2),
          "fortnightly": ("weeks", 2), "every fortnight": ("weeks", 2)},
    day_sets={"weekday": (0, 1, 2, 3, 4), "weekdays": (0, 1, 2, 3, 4), "workday": (0, 1, 2, 3, 4),
              "workdays": (0, 1, 2, 3, 4), "working day": (0, 1, 2, 3, 4), "business day": (0, 1, 2, 3, 4),
              "weekend": (5, 6), "weekends": (5, 6)},
    ordinals="first,second,third,fourth,fifth,sixth,seventh,eighth,ninth,tenth,eleventh,twelfth,thirteenth,"
    "fourteenth,fifteenth,sixteenth,seventeenth,eighteenth,nineteenth,twentieth,twenty first,twenty second,"
    "twenty third,twenty fourth,twenty fifth,twenty sixth,twenty seventh,twenty eighth,twenty ninth,thirtieth,"
    "thirty first",
    time_word="time",
)  # fmt: skip

DE = Language(
    code="de",
    days={-2: "vorgestern", -1: "gestern", 0: "heute", 1: "morgen", 2: "übermorgen|uebermorgen"},
    at="um|ab|gegen um|punkt|gegen|circa|ca|zirka|etwa|ungefähr|um circa|um ca|um etwa|um ungefähr|"
    "rund um|etwa um|ungefähr um|punkt um", on="am|den|der|dem|an", fill="",
    this="diesen|dieser|dieses|diese|diesem", next="nächsten|nächster|nächste|nächstes|naechsten|naechster",
    coming="", this_week="diese woche|in dieser woche|dieser woche",
    next_week="nächste woche|naechste woche|nächster woche|kommende woche|kommender woche|in der nächsten woche|in der kommenden woche",
    ahead="in", from_now="",
    minutes="minute|minuten|min|m", hours="stunde|stunden|std|h", days_unit="tag|tage|tagen|t",
    weeks="woche|wochen|wo", months="monat|monate|monaten", half_hour="einer halben stunde|einer halben std",
    spans={"anderthalb stunden": 90, "eineinhalb stunden": 90, "einer dreiviertelstunde": 45, "einer viertelstunde": 15},
    mark="uhr|h", morning="morgens|früh|frueh|vormittag|vormittags|am morgen|am vormittag|in der früh",
    fused={"heute morgen": (0, "morning"), "heute früh": (0, "morning")},
    noon_part="mittags|am mittag",
    afternoon="nachmittag|nachmittags|am nachmittag", evening="abend|abends|am abend",
    night="nachts|in der nacht",
    noon="mittag|zwölf uhr mittags|12 uhr mittags|12 uhr mittag", midnight="mitternacht|um mitternacht",
    past="nach|minuten nach", to="vor|minuten vor",
    before={"viertel": -45, "viertel nach": 15, "viertel vor": -15, "halb": -30, "dreiviertel": -15, "drei viertel": -15,
            "fünf vor halb": -35, "fünf nach halb": -25},
    range_from="von|zwischen", range_to="bis|-", range_and="und", every="jeden|jede|jeder|alle|jedes",
    other="zweiten|zweite|zwei|2.", until="bis", of_month="im monat|des monats|jeden monats|eines monats|jedes monats|jeden monat|monatlich|in jedem monat",
    places={1: "ersten|erster", 2: "zweiten|zweiter", 3: "dritten|dritter", 4: "vierten|vierter", -1: "letzten|letzter"},
    plural_weekdays={0: "montags", 1: "dienstags", 2: "mittwochs", 3: "donnerstags", 4: "freitags",
                     5: "samstags|sonnabends", 6: "sonntags"},
    weekdays={5: "sonnabend"},
    numbers="ein|eins|eine|einer|einem|einen zwei drei vier fünf|fuenf sechs sieben acht neun zehn elf zwölf|zwoelf",
    more_numbers={13: "dreizehn", 14: "vierzehn", 15: "fünfzehn", 16: "sechzehn", 17: "siebzehn", 18: "achtzehn",
                  19: "neunzehn", 20: "zwanzig", 21: "einundzwanzig", 22: "zweiundzwanzig", 23: "dreiundzwanzig",
                  24: "vierundzwanzig", 25: "fünfundzwanzig", 30: "dreißig|dreissig",
                  35: "fünfunddreißig", 40: "vierzig", 45: "fünfundvierzig", 50: "fünfzig", 55: "fünfundfünfzig"},
    month_names={1: "jänner|jän", 2: "feber", 3: "mrz|mär"},
    nearest="kommenden|kommender|kommende|kommendes|diesen kommenden",
    last="letzten|letzter|letzte|letztes|vergangenen|vorigen|vorige|voriger", back="vor", ago="her",
    week_after_next="übernächste woche|übernächster woche|in der übernächsten woche|der übernächsten woche",
    before_next="übernächsten|übernächster|übernächste|übernächstes",
    weeks_on={"in 8 tagen": 1, "in acht tagen": 1, "in 14 tagen": 2, "in vierzehn tagen": 2}, on_from="nach|ab",
    so="so", eight_days=(8,), ish="herum|rum|circa|ca|ungefähr|pünktlich|genau",
    each={"täglich": ("days", 1), "wöchentlich": ("weeks", 1), "zweiwöchentlich": ("weeks", 2),
          "zweiwöchig": ("weeks", 2), "vierzehntägig": ("weeks", 2), "14 tägig": ("weeks", 2),
          "14 täglich": ("weeks", 2), "vierzehntäglich": ("weeks", 2), "alle 14 tage": ("weeks", 2),
          "alle vierzehn tage": ("weeks", 2)},
    ordinals="ersten|erster|erste,zweiten|zweiter|zweite|zwoten,dritten|dritter|dritte,vierten|vierter|vierte,"
    "fünften|fünfter|fünfte,sechsten|sechster|sechste,siebten|siebter|siebte|siebenten,achten|achter|achte,"
    "neunten|neunter|neunte,zehnten|zehnter|zehnte,elften|elfter|elfte,zwölften|zwölfter|zwölfte,dreizehnten,"
    "vierzehnten,fünfzehnten,sechzehnten,siebzehnten,achtzehnten,neunzehnten,zwanzigsten,einundzwanzigsten,"
    "zweiundzwanzigsten,dreiundzwanzigsten,vierundzwanzigsten,fünfundzwanzigsten,sechsundzwanzigsten,"
    "siebenundzwanzigsten,achtundzwanzigsten,neunundzwanzigsten,dreißigsten,einunddreißigsten",
    time_word="zeit|ortszeit",
)  # fmt: skip

NL = Language(
    code="nl",
    days={-2: "eergisteren", -1: "gisteren", 0: "vandaag", 1: "morgen", 2: "overmorgen"},
    at="om|vanaf|rond|omstreeks|tegen|circa|ca|ongeveer|rond de|om ongeveer|om circa|rondom", on="op|de", fill="van", this="deze|dit", next="volgende",
    this_week="deze week|van deze week",
    next_week="volgende week|komende week|van volgende week",
    ahead="over|binnen", from_now="vanaf nu", minutes="minuut|minuten|min|m", hours="uur|uren|u",
    days_unit="dag|dagen", weeks="week|weken", months="maand|maanden", half_hour="een half uur|half uur|een halfuur|halfuur",
    spans={"anderhalf uur": 90, "een kwartier": 15, "drie kwartier": 45},
    mark="uur|u|h|uur precies", morning="s ochtends|s morgens|ochtend|in de ochtend|voormiddag",
    afternoon="s middags|middag|in de middag|namiddag|s namiddags", evening="s avonds|avond|in de avond",
    night="", small_hours="s nachts",
    fused={"vanavond": (0, "evening"), "vanmiddag": (0, "afternoon"), "vanochtend": (0, "morning"),
           "vanmorgen": (0, "morning"), "morgenavond": (1, "evening"), "morgenmiddag": (1, "afternoon"),
           "morgenochtend": (1, "morning"), "morgenvroeg": (1, "morning")},
    noon="12 uur s middags|twaalf uur s middags", midnight="middernacht",
    past="over|minuten over", to="voor|minuten voor",
    before={"kwart over": 15, "kwart voor": -15, "half": -30, "vijf voor half": -35, "vijf over half": -25,
            "tien voor half": -40, "tien over half": -20},
    range_from="van|tussen", range_to="tot|-", range_and="en", every="elke|iedere|ieder|elk", other="andere|tweede|twee|2|om de week|om de week op",
    until="tot|t m|tot en met", of_month="van de maand|van elke maand|van iedere maand|elke maand|iedere maand|per maand|maandelijks|"
    "in de maand",
    places={1: "eerste", 2: "tweede", 3: "derde", 4: "vierde", -1: "laatste"},
    numbers="een|één twee drie vier vijf zes zeven acht negen tien elf twaalf",
    more_numbers={13: "dertien", 14: "veertien", 15: "vijftien", 16: "zestien", 17: "zeventien", 18: "achttien",
                  19: "negentien", 20: "twintig", 21: "eenentwintig", 22: "tweeëntwintig",
                  23: "drieëntwintig", 24: "vierentwintig", 25: "vijfentwintig", 35: "vijfendertig", 50: "vijftig",
                  55: "vijfenvijftig",
                  30: "dertig", 40: "veertig", 45: "vijfenveertig"},
    nearest="komende|aanstaande|aankomende|eerstvolgende|de komende|de eerstvolgende",
    last="afgelopen|vorige|laatste|verleden", month_names={3: "mrt"}, coming="aanstaande", ago="geleden",
    week_after_next="de week na volgende week",
    weeks_on={"over acht dagen": 1, "over 8 dagen": 1, "over veertien dagen": 2, "over 14 dagen": 2},
    on_from="na|vanaf", so="zo", eight_days=(8,), ish="ongeveer|circa|stipt|precies|exact|of zo",
    each={"dagelijks": ("days", 1), "elke dag": ("days", 1), "wekelijks": ("weeks", 1), "tweewekelijks": ("weeks", 2),
          "veertiendaags": ("weeks", 2), "om de twee weken": ("weeks", 2), "om de veertien dagen": ("weeks", 2),
          "om de 14 dagen": ("weeks", 2), "om de": ("weeks", 2)},
    day_sets={"doordeweeks": (0, 1, 2, 3, 4), "weekdag": (0, 1, 2, 3, 4), "weekdagen": (0, 1, 2, 3, 4),
              "werkdag": (0, 1, 2, 3, 4), "werkdagen": (0, 1, 2, 3, 4), "weekend": (5, 6)},
    ordinals="eerste,tweede,derde,vierde,vijfde,zesde,zevende,achtste,negende,tiende,elfde,twaalfde,dertiende,"
    "veertiende,vijftiende,zestiende,zeventiende,achttiende,negentiende,twintigste,eenentwintigste,tweeëntwintigste,"
    "drieëntwintigste,vierentwintigste,vijfentwintigste,zesentwintigste,zevenentwintigste,achtentwintigste,"
    "negenentwintigste,dertigste,eenendertigste",
    time_word="tijd",
)  # fmt: skip

PL = Language(
    code="pl", bare_units=True,
    days={-2: "przedwczoraj", -1: "wczoraj", 0: "dziś|dzisiaj", 1: "jutro", 2: "pojutrze"},
    weekdays={2: "środę|srode", 5: "sobotę|sobote", 6: "niedzielę|niedziele"},
    at="o|o godz|o godzinie|godz|godzina|od|około|koło|ok|około godziny|mniej więcej o|tak o|gdzieś o|na|"
    "na godzinę|od godziny|koło godziny", on="w|we|dnia|na", fill="",
    this="ten|tę|ta|tym", next="następny|następną|przyszły|przyszłą", coming="",
    this_week="w tym tygodniu|tym tygodniu|tego tygodnia",
    next_week="w przyszłym tygodniu|przyszłym tygodniu|w następnym tygodniu|przyszłego tygodnia",
    ahead="za", minutes="minuta|minuty|minut|minutę|min|m", hours="godzina|godziny|godzin|godzinę|godz|h",
    days_unit="dzień|dni", weeks="tydzień|tygodnie|tygodni", months="miesiąc|miesiące|miesięcy",
    half_hour="pół godziny", spans={"półtorej godziny": 90}, mark="h|godz", morning="rano|z rana",
    afternoon="po południu|popołudniu|popoludniu", evening="wieczorem|wieczór", night="", small_hours="w nocy|nad ranem",
    fused={"dziś wieczorem": (0, "evening")},
    noon="południe|w południe", midnight="północ|o północy|północy",
    past="po", to="",
    before={"wpół do": -30, "kwadrans po": 15, "za kwadrans": -15, "za pięć": -5, "za dziesięć": -10},
    range_from="od|między|od godz", range_to="do|-|do godz", range_and="a|i", every="co|każdy|każdą|w każdy|w każdą|w każdą",
    other="drugi|drugą|dwa|2", until="do|aż do|do końca",
    of_month="miesiąca|w miesiącu|każdego miesiąca|co miesiąc|w każdym miesiącu",
    places={1: "pierwszy|pierwszą|pierwsza", 2: "drugi|drugą", 3: "trzeci|trzecią", 4: "czwarty|czwartą",
            -1: "ostatni|ostatnią"},
    numbers="jeden|jedna|jedną|pierwsza|pierwszej dwa|dwie|druga|drugiej trzy|trzecia|trzeciej cztery|czwarta|czwartej "
    "pięć|piąta|piątej sześć|szósta|szóstej siedem|siódma|siódmej osiem|ósma|ósmej dziewięć|dziewiąta|dziewiątej "
    "dziesięć|dziesiąta|dziesiątej jedenaście|jedenasta|jedenastej dwanaście|dwunasta|dwunastej",
    more_numbers={13: "trzynasta|trzynastej", 14: "czternasta|czternastej", 15: "piętnasta|piętnastej|piętnaście",
                  16: "szesnasta|szesnastej", 17: "siedemnasta|siedemnastej", 18: "osiemnasta|osiemnastej",
                  19: "dziewiętnasta|dziewiętnastej", 20: "dwudziesta|dwudziestej|dwadzieścia",
                  21: "dwudziesta pierwsza|dwudziestej pierwszej", 22: "dwudziesta druga|dwudziestej drugiej",
                  23: "dwudziesta trzecia|dwudziestej trzeciej", 30: "trzydzieści", 45: "czterdzieści pięć"},
    month_names={9: "wrz", 10: "paź"},
    nearest="najbliższy|najbliższą|nadchodzący|nadchodzącą",
    last="zeszły|zeszłą|ubiegły|ubiegłą|poprzedni|poprzednią|ostatni|ostatnią", ago="temu",
    on_from="po|od", ish="mniej więcej|punktualnie|równo",
    each={"codziennie": ("days", 1), "co dzień": ("days", 1), "co tydzień": ("weeks", 1), "cotygodniowo": ("weeks", 1),
          "co dwa tygodnie": ("weeks", 2), "co 2 tygodnie": ("weeks", 2), "dwutygodniowo": ("weeks", 2)},
    day_sets={"w weekend": (5, 6), "w weekendy": (5, 6)},
    ordinals="pierwszego,drugiego,trzeciego,czwartego,piątego,szóstego,siódmego,ósmego,dziewiątego,dziesiątego,"
    "jedenastego,dwunastego,trzynastego,czternastego,piętnastego,szesnastego,siedemnastego,osiemnastego,"
    "dziewiętnastego,dwudziestego,dwudziestego pierwszego,dwudziestego drugiego,dwudziestego trzeciego,"
    "dwudziestego czwartego,dwudziestego piątego,dwudziestego szóstego,dwudziestego siódmego,"
    "dwudziestego ósmego,dwudziestego dziewiątego,trzydziestego,trzydziestego pierwszego",
    time_word="czasu",
)  # fmt: skip

ZH = Language(
    code="zh", twelve=True,
    days={-2: "前天", -1: "昨天|昨日", 0: "今天|今日", 1: "明天|明日", 2: "后天|後天", 3: "大后天|大後天"},
    weekdays={0: "礼拜一|禮拜一|週一", 1: "礼拜二|禮拜二|週二", 2: "礼拜三|禮拜三|週三", 3: "礼拜四|禮拜四|週四",
              4: "礼拜五|禮拜五|週五", 5: "礼拜六|禮拜六|週六", 6: "礼拜天|礼拜日|星期天|周天|禮拜天|禮拜日|週日|週天"},
    at="在|于|大约|大概|差不多|约|大約|約", on="", fill="的", this="这|这个|這|這個|本", next="", coming="",
    this_week="", next_week="下|下个|下個", ahead="", from_now="后|後|之后|以后|之後|以後",
    minutes="分钟|分鐘", hours="小时|小時|个小时|個小時|钟头|个钟头", days_unit="天", weeks="周|星期|个星期|个礼拜|週|個星期|礼拜",
    months="个月|個月", half_hour="半小时|半个小时|半個小時", mark="点|點|时|時|点钟|點鐘|点整|點整",
    morning="上午|早上|早晨|早", noon_part="中午", afternoon="下午", evening="晚上|晚|傍晚", night="", small_hours="凌晨",
    fused={"今晚": (0, "evening"), "明晚": (1, "evening"), "明早": (1, "morning"), "今早": (0, "morning"), "后晚": (2, "evening")},
    noon="正午", midnight="午夜|半夜",
    after={"半": 30, "点半": 30, "點半": 30, "点一刻": 15, "點一刻": 15, "点三刻": 45, "點三刻": 45},
    range_from="从|從", range_to="到|至|-", range_and="和|与|跟", every="每|每个|每個|每逢", other="隔|两|2|二", until="直到|到|至",
    of_month="每月|每个月|每個月", places={1: "第一个|第一個", 2: "第二个|第二個", 3: "第三个|第三個", 4: "第四个|第四個", -1: "最后一个|最後一個"},
    numbers="一 二|两|兩 三 四 五 六 七 八 九 十 十一 十二",
    more_numbers={},
    last="上|上个|上個", ago="前|之前|以前", week_after_next="下下|下下个|下下個", ish="左右|前后|前後|准时|準時",
    each={"每天": ("days", 1), "每日": ("days", 1), "隔周": ("weeks", 2), "每隔一周": ("weeks", 2), "每两周": ("weeks", 2),
          "每兩週": ("weeks", 2), "隔週": ("weeks", 2)},
    day_sets={"工作日": (0, 1, 2, 3, 4), "每个工作日": (0, 1, 2, 3, 4), "周末": (5, 6), "週末": (5, 6)},
    time_word="时间|時間",
)  # fmt: skip

LANGUAGES = {each.code: each for each in (EN, DE, ES, FR, IT, PT, NL, PL, ZH)}
