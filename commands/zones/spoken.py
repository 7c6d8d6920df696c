"""Spoken words for time zones that are no places: abbreviations, nicknames, short forms of regions."""

REGIONS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/",
           "Europe/", "Indian/", "Pacific/")  # fmt: skip
"""Of the time zone database; Etc/, US/ and the like hold second names of the same zones."""

NO_CITIES = frozenset(
    f"Australia/{name}"
    for name in (
        "ACT",
        "LHI",
        "NSW",
        "North",
        "Queensland",
        "South",
        "Tasmania",
        "Victoria",
        "West",
    )
)
"""Old names of states in the database; beside a time “west” is a word, and Victoria a city as well."""

PLAIN_KEYS = frozenset({"est5edt", "cst6cdt", "mst7mdt", "pst8pdt"})
"""Names of the database without a region that mean one clock."""

TIME_WORDS = frozenset("time standard daylight summer zone timezone us".split())  # noqa: SIM905
"""Left out of “US Eastern Time”."""

ABBREVIATIONS = {
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "eastern": "America/New_York",
    "ct": "America/Chicago", "cdt": "America/Chicago", "central": "America/Chicago",
    "cst": "America/Chicago Asia/Shanghai America/Havana",
    "mt": "America/Denver", "mdt": "America/Denver", "mountain": "America/Denver",
    "mst": "America/Denver America/Phoenix",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "akst": "America/Anchorage", "akdt": "America/Anchorage", "hst": "Pacific/Honolulu",
    "at": "America/Halifax", "adt": "America/Halifax", "atlantic": "America/Halifax",
    "ast": "America/Halifax America/Puerto_Rico Asia/Riyadh", "nst": "America/St_Johns",
    "ndt": "America/St_Johns", "brt": "America/Sao_Paulo", "clt": "America/Santiago",
    "cot": "America/Bogota", "pet": "America/Lima", "art": "America/Argentina/Buenos_Aires",
    "wet": "Europe/Lisbon", "west": "Europe/Lisbon", "bst": "Europe/London Asia/Dhaka",
    "cet": "Europe/Berlin", "cest": "Europe/Berlin", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "eet": "Europe/Athens", "eest": "Europe/Athens", "msk": "Europe/Moscow", "trt": "Europe/Istanbul",
    "ist": "Asia/Kolkata Europe/Dublin Asia/Jerusalem", "idt": "Asia/Jerusalem",
    "wat": "Africa/Lagos", "cat": "Africa/Maputo", "eat": "Africa/Nairobi",
    "sast": "Africa/Johannesburg", "gst": "Asia/Dubai", "pkt": "Asia/Karachi", "npt": "Asia/Kathmandu",
    "ict": "Asia/Bangkok", "wib": "Asia/Jakarta", "hkt": "Asia/Hong_Kong", "sgt": "Asia/Singapore",
    "pht": "Asia/Manila", "jst": "Asia/Tokyo", "kst": "Asia/Seoul", "awst": "Australia/Perth",
    "acst": "Australia/Adelaide Australia/Darwin", "acdt": "Australia/Adelaide",
    "aest": "Australia/Sydney Australia/Brisbane", "aedt": "Australia/Sydney",
    "nzst": "Pacific/Auckland", "nzdt": "Pacific/Auckland", "nzt": "Pacific/Auckland",
    "central european": "Europe/Berlin", "eastern european": "Europe/Athens",
    "western european": "Europe/Lisbon", "zulu": "UTC", "utc": "UTC", "gmt": "UTC", "z": "UTC",
}  # fmt: skip
"""What people call zones, folded; several where it means several clocks."""

NICKNAMES = {
    "la": "Los Angeles", "sf": "San Francisco", "nyc": "New York City", "dc": "Washington, District of Columbia",
    "bay area": "San Francisco", "silicon valley": "San Jose, California", "rio": "Rio de Janeiro",
    "cdmx": "Mexico City", "df": "Mexico City", "bsas": "Buenos Aires", "kl": "Kuala Lumpur",
    "hcmc": "Ho Chi Minh City", "blr": "Bengaluru", "philly": "Philadelphia", "vegas": "Las Vegas",
    "bcn": "Barcelona", "nsw": "New South Wales", "us": "USA", "bc": "British Columbia", "korea": "South Korea",
    "newfoundland": "St. John's, Newfoundland and Labrador", "bali": "Denpasar", "madeira": "Funchal",
    "canarias": "Las Palmas de Gran Canaria", "islas canarias": "Las Palmas de Gran Canaria",
    "canary islands": "Las Palmas de Gran Canaria", "kanaren": "Las Palmas de Gran Canaria",
    "kanarische inseln": "Las Palmas de Gran Canaria", "acores": "Ponta Delgada", "azores": "Ponta Delgada",
    "azoren": "Ponta Delgada", "mallorca": "Palma", "sicily": "Palermo", "sardinia": "Cagliari",
    "corsica": "Ajaccio", "crete": "Heraklion", "turkey": "Türkiye", "burma": "Myanmar",
    "palestine": "Palestinian Territories", "andalucia": "Sevilla", "andalusia": "Sevilla", "catalunya": "Barcelona, Spain",
    "cataluna": "Barcelona, Spain", "catalonia": "Barcelona, Spain", "bavaria": "Munich", "bayern": "Munich",
    "tuscany": "Florence, Italy", "toscana": "Florence, Italy", "normandie": "Rouen", "kerala": "Kochi, India", "karnataka": "Bengaluru",
    "maharashtra": "Mumbai", "tamil nadu": "Chennai", "telangana": "Hyderabad, India", "hokkaido": "Sapporo",
    "washington state": "Seattle", "纽约": "New York City",
}  # fmt: skip
"""Short names of cities, and islands by their largest city, that GeoNames does not have, folded."""

REGION_CODES = {
    "US": {"AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
           "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia",
           "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa",
           "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
           "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
           "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
           "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
           "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
           "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
           "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
           "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
           "DC": "District of Columbia"},
    "CA": {"AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick",
           "NL": "Newfoundland and Labrador", "NS": "Nova Scotia", "ON": "Ontario",
           "PE": "Prince Edward Island", "QC": "Quebec", "SK": "Saskatchewan", "YT": "Yukon",
           "NT": "Northwest Territories", "NU": "Nunavut"},
    "AU": {"ACT": "Australian Capital Territory", "NSW": "New South Wales",
           "NT": "Northern Territory", "QLD": "Queensland", "SA": "South Australia",
           "TAS": "Tasmania", "VIC": "Victoria", "WA": "Western Australia"},
}  # fmt: skip
"""States and provinces by the letters people write behind a city; by country."""
