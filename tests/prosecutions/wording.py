"""The texts of releases: what each stage says, in three styles, around a narrative that a case keeps to the end.

Neutral and short: no text describes abuse. Officials are named in every text, as in real ones, so that a reader
who takes any name for the suspect's is found out.
"""

from random import Random

from .people import Person, name_of_nobody

CHARGES = ("possession of child pornography", "receipt of CSAM", "online enticement of a minor", "distribution of CSAM")
PLATFORMS = ("Facebook Messenger", "Kik", "Snapchat", "Instagram", "a file-sharing program", "Discord")
SCENES = (
    "used {platform} to contact a 14-year-old and asked to meet",
    "uploaded {n} files to an account on {platform}, which the company reported",
    "kept {n} files on a laptop computer that agents seized at a home in {town}",
    "wrote to an undercover officer on {platform} and travelled to {town}",
    "traded files on {platform} with {n} other users over {months} months",
)
DETAILS = (
    "A search warrant was executed at the residence on {month} {day}, {year}.",
    "Agents took {n} devices from the house, among them a tablet and two telephones.",
    "The investigation began with a CyberTip to the National Center for Missing and Exploited Children.",
    "At the time the defendant worked as a {job} in {town}.",
    "The defendant was on supervised release for an earlier offense in {other} County.",
    "In an interview the defendant said that the account {handle} was his.",
    "Messages were sent between {month} {year} and the following spring.",
    "Investigators traced the internet address to a residence on the {side} side of {town}.",
    "The account {handle} had been opened in {year} from {other}.",
)
JOBS = ("bus driver", "teacher", "clerk", "mechanic", "coach", "cook", "nurse", "sailor")
MONTHS = ("January", "March", "April", "June", "July", "September", "October", "December")
STOCK = (
    "This case was brought as part of Project Safe Childhood, a nationwide initiative to combat the growing epidemic "
    "of child sexual exploitation and abuse, launched in May 2006 by the Department of Justice.",
    "The details contained in the charging document are allegations. The defendant is presumed innocent unless and "
    "until proven guilty beyond a reasonable doubt in a court of law.",
)
TITLES = {
    "arrest": ("{town} Man Arrested on Charge of {charge}", "{town} Man Charged by Complaint with {charge}"),
    "charge": (
        "{town} Man Indicted for {charge}",
        "Federal Grand Jury Indicts {town} Man",
        "{name} Charged with {charge}",
    ),
    "plea": ("{town} Man Pleads Guilty to {charge}", "{town} Resident Admits {charge}"),
    "conviction": ("Jury Convicts {town} Man of {charge}", "{town} Man Found Guilty of {charge}"),
    "sentence": (
        "{town} Man Sentenced to {years} Years for {charge}",
        "{town} Man Gets {years} Years in Federal Prison",
        "{name} Sentenced for {charge}",
    ),
}
STEPS = {
    "arrest": ("was arrested and charged by criminal complaint with", "was charged in a complaint with"),
    "charge": ("was indicted by a federal grand jury for", "has been charged in an indictment with"),
    "plea": ("pleaded guilty today to", "pled guilty in federal court to"),
    "conviction": ("was convicted by a federal jury of", "was found guilty after a trial of"),
    "sentence": (
        "was sentenced today to {years} years in prison for",
        "was sentenced to {months} months in prison for",
    ),
}


class Teller:
    """Tells one case: its narrative, officials and docket stay the same from release to release."""

    def __init__(self, rng: Random, charge: str, town: str, year: int) -> None:
        self.charge, self.town = charge, town
        self.years, self.judge = rng.randint(3, 30), " ".join(name_of_nobody(rng))
        facts = {
            "platform": rng.choice(PLATFORMS), "n": rng.randint(2, 900), "town": town, "months": rng.randint(2, 30),
            "month": rng.choice(MONTHS), "day": rng.randint(1, 28), "year": year, "job": rng.choice(JOBS),
            "other": rng.choice(("Fennick", "Ostley", "Tarn")), "side": rng.choice(("north", "south", "east")),
            "handle": f"user{rng.randint(100, 99999)}",
        }  # fmt: skip
        self.scene = rng.choice(SCENES).format(**facts)
        self.details = [detail.format(**facts) for detail in rng.sample(DETAILS, 4)]

    def title(self, rng: Random, kind: str, people: list[Person], named: bool) -> str:
        forms = [form for form in TITLES[kind] if named or "{name}" not in form]
        first = people[0]
        title = rng.choice(forms).format(
            town=self.town, charge=self.charge.title(), years=self.years, name=f"{first.given} {first.surname}"
        )
        return title if len(people) == 1 else title.replace(" Man ", f" Man and {len(people) - 1} Others ", 1)

    def paragraphs(
        self, rng: Random, style: int, kind: str, people: list[Person], dateline: str, officials: list[str]
    ) -> list[str]:
        """The body; without people it names nobody."""
        step = rng.choice(STEPS[kind]).format(years=self.years, months=12 * self.years)
        opening = self._opening(rng, style, step, people)
        surname = people[0].surname if people else "the defendant"
        kept = [detail for detail in self.details if rng.random() < 0.85]
        if people:
            kept = [detail.replace("the defendant", surname) for detail in kept]
        attorney, agent, prosecutor = officials
        body = [f"{dateline} – {opening}", f"According to court documents, {surname} {self.scene}. " + " ".join(kept)]
        body.append(f"United States Attorney {attorney} and Special Agent in Charge {agent} made the announcement.")
        if kind in ("plea", "conviction", "sentence"):
            body.append(f"U.S. District Judge {self.judge} " + ("presided." if kind != "plea" else "set a hearing."))
        body.append(f"Assistant U.S. Attorney {prosecutor} is prosecuting the case.")
        return [*body, STOCK[kind in ("arrest", "charge")]] if rng.random() < 0.8 else body

    def _opening(self, rng: Random, style: int, step: str, people: list[Person]) -> str:
        if not people:
            return f"A {self.town} man {step} {self.charge}."
        if len(people) > 1:
            listed = [f"{one.full(rng)}, {one.age}" for one in people]
            named = f"{', '.join(listed[:-1])} and {listed[-1]}"
            return f"{named}, all of {self.town}, {step.replace('was', 'were')} {self.charge}."
        one = people[0]
        name = one.full(rng)
        if style == 0:
            return f"{name}, {one.age}, of {one.town}, {step} {self.charge}."
        if style == 1:
            alias = f', a/k/a "{one.given[:3]}",' if rng.random() < 0.2 else ","
            return f"{name.upper()}{alias} {one.age}, of {one.town}, {step} {self.charge}."
        return f"{one.town} resident {name}, age {one.age}, {step} {self.charge}, officials said."
