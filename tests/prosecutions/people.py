"""Names of nobody, and offices with invented towns: what prosecutions are made of.

Names are put together from syllables that no language uses so; a few are shared among cases on purpose.
"""

from dataclasses import dataclass
from random import Random

STARTS = (
    "Bra",
    "Cor",
    "Dal",
    "Fen",
    "Gri",
    "Hol",
    "Jas",
    "Kel",
    "Lor",
    "Mar",
    "Nev",
    "Or",
    "Pel",
    "Quin",
    "Ros",
    "Tam",
)
MIDDLES = ("be", "di", "fa", "go", "la", "mi", "no", "ru", "se", "va", "", "", "")
ENDS = (
    "dock",
    "fex",
    "gan",
    "lin",
    "mond",
    "nard",
    "rick",
    "sel",
    "thorpe",
    "tov",
    "vell",
    "wyck",
    "zan",
    "ham",
    "kett",
)
GIVEN_STARTS = ("Al", "Ber", "Car", "Da", "Ed", "Fre", "Ge", "Har", "Jo", "Lu", "Mi", "Ro", "Ste", "Ti", "Wa")
GIVEN_ENDS = ("bert", "cas", "dric", "fan", "gory", "len", "mas", "nan", "ron", "vin", "wen", "ley", "dan", "sha", "na")
TOWN_STARTS = ("Alder", "Brack", "Cold", "Dun", "East", "Fair", "Grey", "High", "Iron", "Kings", "Long", "Mill", "Oak")
TOWN_ENDS = ("bourne", "ford", "haven", "ley", "mere", "minster", "stead", "wick", "worth")
SHARED = (("Jovin", "Marlin"), ("Dalen", "Corgan"), ("Robert", "Holham"), ("Milen", "Kelsel"))
STATES = {
    "MA": "Massachusetts", "CT": "Connecticut", "NY": "New York", "TX": "Texas", "FL": "Florida", "OH": "Ohio",
    "CA": "California", "KY": "Kentucky", "GA": "Georgia", "WA": "Washington", "MO": "Missouri", "OR": "Oregon",
}  # fmt: skip
OFFICES = (
    ("usao-ma", "USAO - Massachusetts", "MA"),
    ("usao-ct", "USAO - Connecticut", "CT"),
    ("usao-sdny", "USAO - New York, Southern", "NY"),
    ("usao-wdny", "USAO - New York, Western", "NY"),
    ("usao-ndtx", "USAO - Texas, Northern", "TX"),
    ("usao-sdtx", "USAO - Texas, Southern", "TX"),
    ("usao-mdfl", "USAO - Florida, Middle", "FL"),
    ("usao-ndoh", "USAO - Ohio, Northern", "OH"),
    ("usao-edca", "USAO - California, Eastern", "CA"),
    ("usao-wdky", "USAO - Kentucky, Western", "KY"),
    ("usao-sdga", "USAO - Georgia, Southern", "GA"),
    ("usao-wdwa", "USAO - Washington, Western", "WA"),
    ("usao-edmo", "USAO - Missouri, Eastern", "MO"),
    ("usao-or", "USAO - Oregon", "OR"),
)


@dataclass(frozen=True)
class Person:
    """A defendant: names as a release may write them, age at the charge, home."""

    given: str
    middle: str
    surname: str
    suffix: str
    age: int
    town: str

    def full(self, rng: Random) -> str:
        """The whole name in one of the ways that releases write it."""
        middle = f" {self.middle[0]}." if self.middle and rng.random() < 0.6 else ""
        suffix = f", {self.suffix}" if self.suffix and rng.random() < 0.7 else ""
        return f"{self.given}{middle} {self.surname}{suffix}"


def town(rng: Random) -> str:
    return rng.choice(TOWN_STARTS) + rng.choice(TOWN_ENDS)


def name_of_nobody(rng: Random) -> tuple[str, str]:
    """Given name and surname; of ten surnames one has two parts."""
    given = rng.choice(GIVEN_STARTS) + rng.choice(GIVEN_ENDS)
    surname = rng.choice(STARTS) + rng.choice(MIDDLES) + rng.choice(ENDS)
    if rng.random() < 0.1:
        surname += rng.choice("- ") + rng.choice(STARTS) + rng.choice(ENDS)
    return given, surname


def make_person(rng: Random, towns: list[str]) -> Person:
    given, surname = rng.choice(SHARED) if rng.random() < 0.04 else name_of_nobody(rng)
    middle = rng.choice(GIVEN_STARTS) + rng.choice(GIVEN_ENDS) if rng.random() < 0.6 else ""
    suffix = rng.choice(("Jr.", "III")) if rng.random() < 0.05 else ""
    return Person(given, middle, surname, suffix, rng.randint(20, 68), rng.choice(towns))


def misspelt(rng: Random, person: Person) -> Person:
    """The person with one letter of the surname wrong."""
    at = rng.randrange(1, len(person.surname) - 1)
    letter = rng.choice([person.surname[at] * 2, "", person.surname[at + 1] + person.surname[at]])
    if len(letter) == 2 and letter != person.surname[at] * 2:
        surname = person.surname[:at] + letter + person.surname[at + 2 :]
    else:
        surname = person.surname[:at] + letter + person.surname[at + 1 :]
    return Person(person.given, person.middle, surname, person.suffix, person.age, person.town)
