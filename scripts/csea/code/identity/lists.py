"""Words that tell a name from what looks like one: offices, agencies, roles, places that open a sentence.

All in plain lower-case letters, as ``identity_names`` compares them. Out of scope: names themselves; a list of
given names would miss the rare ones, which link best.
"""

from __future__ import annotations

# Words before a name that make its bearer an official or a lawyer of the case, not its suspect.
OFFICES = frozenset(
    b"""
    attorney attorneys ausa judge judges justice magistrate agent agents sac asac sheriff undersheriff chief
    commissioner director detective detectives inspector superintendent trooper prosecutor prosecutors secretary
    administrator investigator investigators marshal constable colonel governor mayor senator representative
    counsel lawyer
    chairman president captain lieutenant sergeant coroner deputy
    """.split()
)
MONTHS = "january february march april may june july august september october november december"
DAYS = "monday tuesday wednesday thursday friday saturday sunday"
# Titles of state names and their usual abbreviations; "virginia", "georgia", "carolina" and "dakota" are also given
# names, so they stand here only as abbreviations or with their compass point.
STATES = """
alabama alaska arizona arkansas california calif colorado colo connecticut conn delaware florida fla ga hawaii idaho
illinois ill iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi
missouri nebraska nevada hampshire jersey mexico ohio oklahoma okla oregon pennsylvania rhode tennessee tenn texas tex
utah vermont wisconsin wyoming guam puerto rico
"""
ROLES = """
man woman men women male female resident residents native national citizen citizens teacher coach pastor priest doctor
physician nurse officer officers soldier sailor marine airman veteran student professor principal offender offenders
felon defendant defendants codefendant codefendants suspect suspects predator predators worker employee contractor
driver father mother stepfather couple brothers firefighter paramedic counselor scoutmaster babysitter owner operator
manager engineer pilot guard guardsman minister rabbi youth leader pediatrician dentist attorney lawyer alien immigrant
fugitive trafficker pimp inmate prisoner parolee mr mrs ms miss dr rev reverend fr pfc spc petty seaman specialist
private corporal sgt lt capt maj col gen cpl staff master first second third class reserve senior executive sex child
children minor minors registered convicted repeat accused alleged victim victims dad mom husband wife
trustee treasurer clerk volunteer instructor trainer tutor musician actor journalist pharmacist therapist
"""
AGENCIES = """
us usa dc united states district districts county counties city town village state federal court courts police
department dept office offices bureau investigation investigations homeland security immigration customs enforcement
service services center centre national international missing exploited project safe childhood task force
internet crimes
against division section unit agency grand jury government congress university college school hospital church
northern southern eastern western central middle north south east west northwest northeast southwest southeast
fbi hsi ice atf dea doj usao ncmec icac ceos psc usms postal secret criminal american
operation program initiative indictment information complaint count counts act title code guidelines exploitation
facebook instagram snapchat kik twitter discord whatsapp telegram skype google yahoo microsoft apple messenger tumblr
dropbox omegle tiktok youtube craigslist backpage
acting assistant interim special supervisory resident charge general
"""
OPENERS = """
a an the on in at by for from of and or but to with as according after before during since when while if this that these
those he she his her they their it its today yesterday earlier later also additionally both each former formerly
ex then previously following prior under between among co according based court documents press release news immediate
updated update contact because although however once until upon was were is has had
docket no number cr defense guilty plea sentenced pleads pleaded charged indicted convicted arrested announces
announced admits gets receives
faces years year months life prison pornography image images online sexual abuse enticement production possession
distribution conspiracy trafficking material csam possessing producing distributing receiving attempting attempted
registry supervised sentence sentencing re aka alias nee
new los las san santa fort port saint mount lake el
"""
# "new", "san" and the like open names of towns, never of persons ("San" alone is no given name here).
NOT_NAMES = OFFICES.union(f"{MONTHS} {DAYS} {STATES} {ROLES} {AGENCIES} {OPENERS}".encode().split())
SUFFIXES = frozenset({b"jr", b"sr", b"ii", b"iii", b"iv"})
PLACEHOLDERS = frozenset({"doe", "roe"})  # "Jane Doe" stands for a victim, unless an age says that it is a suspect
# Small words inside a name, as they stand in a text; with a capital they open names of towns.
PARTICLES = frozenset(b"de la las los del van von der den bin ibn al el da dos du di le y".split())
