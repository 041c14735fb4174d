"""Invented companies and persons, by language; no two companies share a stem."""

from kamlib.demo.chance import Dice
from kamlib.demo.company import INDUSTRIES

_INDUSTRIES = tuple(INDUSTRIES)  # the trades below stand in this order
_LANGUAGE = {
    "Germany North": "de",
    "Germany South": "de",
    "Benelux": "nl",
    "Nordics": "sv",
    "Poland": "pl",
    "France": "fr",
    "UK and Ireland": "en",
}
_HEADS = {
    "de": "Ahl Birk Brö Dorn Eich Esch Falk Grün Hart Holl Kalt Lüne Mühl Otter Rab Rott Stein "
    "Tann Wald Wied Ziegel Krä",
    "nl": "Veld Hoog Zand Wester Groen Lange Oude Kerk Molen Rijn Water Bosch",
    "sv": "Sjö Lind Alm Ek Gran Hav Sol Stor Väster Strand Björk Rönn",
    "pl": "Wron Sokol Jawor Brzez Kalin Lesz Modrz Olsz Topol Żabin Gliw Karpn",
    "fr": "Beau Clair Haut Mont Roch Val Bell Fon Grand Champ",
    "en": "Ash Brack Crow Dun Elm Fen Hather Kettle Marl Thorn",
}
_TAILS = {
    "de": "horst rode feldt brink hagen kamp stedt wede marck bruch hofer acker mühl loh wurth",
    "nl": "hoorn huizen kamp sloot daal brugge stein meer wijk oever",
    "sv": "kullen viken lunda nässet holma forsa skogen vadet åsen backen",
    "pl": "owiec inek czak ewit anka orz",
    "fr": "verny sauge marais coustel launoy brisse noiret tramont",
    "en": "combe wickham mere leighton stowe thwaite holt garth",
}
_TRADES = {
    "de": "Maschinenbau Fahrzeugteile Schiffstechnik Energietechnik Bau Lebensmittel Gastronomie "
    "Logistik Möbelwerk Medizintechnik",
    "nl": "Machinebouw Autodelen Scheepswerf Energie Bouw Voeding Horeca Transport Meubel Zorg",
    "sv": "Verkstad Fordonsdelar Marin Energi Bygg Livsmedel Hotell Logistik Möbler Vård",
    "pl": "Maszyny Części Stocznia Energia Budowa Spożywcze Hotele Transport Meble Medyka",
    "fr": "Mécanique Équipement Navale Énergie Bâtiment Alimentaire Hôtellerie Logistique Mobilier "
    "Santé",
    "en": "Engineering Automotive Marine Power Building Foods Hotels Haulage Furniture Care",
}
_FORMS = {
    "de": ("GmbH", "GmbH & Co. KG", "AG", "KG"),
    "nl": ("B.V.", "N.V."),
    "sv": ("AB", "AS", "Oy"),
    "pl": ("Sp. z o.o.", "S.A."),
    "fr": ("SARL", "SAS", "S.A."),
    "en": ("Ltd", "plc", "LLP"),
}
_PATTERNS = {
    "de": ("{stem} {trade} {form}", "{stem} {trade} {form}", "{stem} & Söhne {trade} {form}"),
    "nl": ("{stem} {trade} {form}", "Van {stem} {trade} {form}", "{stem} & Zonen {form}"),
    "sv": ("{stem} {trade} {form}", "{stem}s {trade} {form}"),
    "pl": ("{stem} {trade} {form}", "Zakłady {stem} {form}"),
    "fr": ("{stem} {trade} {form}", "L'Atelier {stem} {form}", "{trade} {stem} & Fils {form}"),
    "en": ("{stem} {trade} {form}", "O'{stem} {trade} {form}", "{stem} & Sons {trade} {form}"),
}
_FIRST_NAMES = {
    "de": "Anke Bernd Claudia Dirk Eva Frank Gesa Holger Ines Jörg Karin Lars Maren Olaf Petra",
    "nl": "Anouk Bas Carla Daan Els Floris Hanneke Joost Lotte Maarten Saskia Wouter",
    "sv": "Astrid Bo Elin Gustav Helena Jonas Karin Mats Nina Olle Sofia Tove",
    "pl": "Anna Bartosz Dorota Ewa Grzegorz Joanna Kamil Marta Paweł Tomasz Urszula Wojciech",
    "fr": "Alain Brigitte Cécile Denis Élise François Hélène Luc Manon Nadia Pascal Yves",
    "en": "Alice Brian Ciara Declan Emma Fiona Graham Harriet Liam Nora Owen Sheila",
}
_LAST_NAMES = {
    "de": "Ahrens Böttcher Clasen Dreyer Ebeling Friese Groth Hinrichs Jessen Köster Lührs Möller "
    "Nissen Pohl Rasch Stüwe Thomsen Voss Wulff Zander",
    "nl": "Bakkers Dekkers Hofstra Jansma Kuipers Mulders Postma Smits Terpstra Visser",
    "sv": "Ahlgren Bergfors Dahlin Ekman Hedlund Lövgren Nyman Sandell Wallin Öberg",
    "pl": "Bielak Dudek Gajda Kozioł Lis Mazurek Nowicka Pająk Sikora Zięba",
    "fr": "Aubert Brunel Chevrier Delorme Fabre Gaillard Lefort Marchal Perrin Vasseur",
    "en": "Atkins Byrne Cullen Doyle Ellison Fraser Hanley Keane Murphy Whitlock",
}


class Namer:
    """Gives out names; a company's stem is used once, over accounts and prospects."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def company(self, dice: Dice, region: str, industry: str) -> str:
        """A company name in the region's language that nobody has yet."""
        language = _LANGUAGE[region]
        stem = self._stem(dice, language)
        trade = _TRADES[language].split()[_INDUSTRIES.index(industry)]
        pattern, form = dice.pick(_PATTERNS[language]), dice.pick(_FORMS[language])
        return pattern.format(stem=stem, trade=trade, form=form)

    def _stem(self, dice: Dice, language: str) -> str:
        while True:
            head, tail = (dice.pick(parts[language].split()) for parts in (_HEADS, _TAILS))
            if head + tail not in self._used:
                self._used.add(head + tail)
                return head + tail


def person(dice: Dice, region: str) -> str:
    """A person's name in the region's language."""
    language = _LANGUAGE[region]
    return f"{dice.pick(_FIRST_NAMES[language].split())} {dice.pick(_LAST_NAMES[language].split())}"
