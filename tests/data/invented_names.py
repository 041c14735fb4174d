"""A list of invented company names with planted variants and near-namesakes; from a seed."""

import random

import pandas as pd

HEADS = [
    "Ahl",
    "Birk",
    "Brunn",
    "Dorn",
    "Eich",
    "Falk",
    "Grün",
    "Hart",
    "Holl",
    "Kalt",
    "Lüne",
    "Mühl",
    "Otter",
    "Rab",
    "Rott",
    "Stein",
    "Tann",
    "Wald",
    "Wied",
    "Ziegel",
    "Krä",
    "Veld",
    "Hoog",
    "Zand",
    "Wester",
    "Groen",
    "Sjö",
    "Lind",
    "Alm",
    "Gran",
    "Hav",
    "Björk",
    "Wron",
    "Sokol",
    "Jawor",
    "Olsz",
    "Beau",
    "Clair",
    "Haut",
    "Mont",
    "Val",
    "Ash",
    "Brack",
    "Crow",
    "Elm",
    "Fen",
    "Hather",
    "Kettle",
    "Marl",
    "Thorn",
    "Quer",
    "Zell",
    "Förd",
]
TAILS = [
    "horst",
    "rode",
    "feldt",
    "brink",
    "hagen",
    "kamp",
    "stedt",
    "wede",
    "marck",
    "bruch",
    "hofer",
    "acker",
    "wurth",
    "hoorn",
    "huizen",
    "sloot",
    "daal",
    "brugge",
    "meer",
    "kullen",
    "viken",
    "lunda",
    "forsa",
    "backen",
    "owiec",
    "inek",
    "czak",
    "verny",
    "sauge",
    "marais",
    "combe",
    "wickham",
    "mere",
    "leighton",
    "stowe",
    "thwaite",
    "garth",
]
SURNAMES = [
    "Müller",
    "Schmidt",
    "Schmid",
    "Schmitt",
    "Meyer",
    "Meier",
    "Maier",
    "Mayer",
    "Hansen",
    "Jansen",
    "Janssen",
    "Hanssen",
    "Bauer",
    "Baur",
    "Becker",
    "Decker",
    "Fischer",
    "Weber",
    "Weiss",
    "Wolf",
    "Wolff",
    "Hofmann",
    "Hoffmann",
    "Hofman",
    "Peters",
    "Petersen",
    "Peterson",
    "Smith",
    "Smyth",
    "Brown",
    "Browne",
    "Clark",
    "Clarke",
    "Reed",
    "Reid",
    "Stewart",
    "Stuart",
    "Kowalski",
    "Kowalska",
    "Ivanov",
    "Petrov",
    "Nilsson",
    "Nielsen",
    "Larsen",
    "Larsson",
]
TRADES = [
    "Bau",
    "Maschinenbau",
    "Logistik",
    "Metallbau",
    "Elektro",
    "Foods",
    "Engineering",
    "Marine",
    "Pumps",
    "Hydraulik",
    "Verkstad",
    "Transport",
    "Energie",
    "Papier",
    "Optik",
    "Möbel",
    "Roofing",
    "Plumbing",
    "Interiors",
    "Chemie",
    "Kunststoff",
    "Druck",
]
FORMS = ("GmbH", "GmbH & Co. KG", "AG", "Ltd", "Ltd.", "LLC", "B.V.", "AB", "S.A.", "Sp. z o.o.")
ZH_PLACES = ("上海", "北京", "杭州", "深圳", "宁波", "苏州", "廣州", "青岛")
ZH_WORDS = ("宏达", "华兴", "瑞丰", "中科", "长江", "东方", "新华", "金龙", "天成", "永利")
ZH_TRADES = ("贸易", "机械", "电子", "食品", "化工", "包装", "物流", "建材")
RU_WORDS = [
    "Северсталь",
    "Ромашка",
    "Вектор",
    "Полюс",
    "Заря",
    "Меридиан",
    "Горизонт",
    "Альянс",
    "Восход",
    "Прогресс",
    "Магистраль",
    "Атлант",
    "Созвездие",
    "Импульс",
    "Родник",
    "Ладога",
]
RU_TRADES = ("Трейд", "Строй", "Логистик", "Сервис", "Пром", "Снаб")


def invented(size: int = 10_000, twins: int = 600, seed: int = 7) -> tuple[pd.Series, set]:
    """Names by account number, and the pairs that are one company."""
    dice = random.Random(seed)
    names = _base(dice, size - twins)
    pairs = set()
    for place in dice.sample(range(len(names)), 4 * twins):
        variant = _variant(dice, names[place])
        if variant and len(pairs) < twins:
            pairs.add((place, len(names)))
            names.append(variant)
    order = dice.sample(range(len(names)), len(names))
    code = {place: f"K{number:05d}" for number, place in enumerate(order)}
    listed = pd.Series({code[place]: name for place, name in enumerate(names)}).sort_index()
    return listed.astype("str"), {tuple(sorted((code[a], code[b]))) for a, b in pairs}


def _base(dice: random.Random, size: int) -> list[str]:
    """Different companies, many of them nearly namesakes."""
    found: dict[str, str] = {}

    def add(core: str, *, form: str = "") -> None:
        found.setdefault(core.casefold(), f"{core} {form or dice.choice(FORMS)}")

    while len(found) < size:
        kind, trade = dice.random(), dice.choice(TRADES)
        stem = dice.choice(HEADS) + dice.choice(TAILS)
        if kind < 0.5:
            add(f"{stem} {trade}")
        elif kind < 0.62:
            add(f"{dice.choice(SURNAMES)} {trade} {stem}")
        elif kind < 0.68:
            add(f"{dice.choice(SURNAMES)} {trade}")
        elif kind < 0.73:  # sites and directions
            for part in dice.sample(["Nord", "Süd", "Ost", "West", "North", "South"], 2):
                add(f"{dice.choice(SURNAMES)} {trade} {part}" if kind < 0.7 else f"{stem} {part}")
        elif kind < 0.78:  # branches of a chain
            for number in dice.sample(range(1, 400), 4):
                add(f"{stem} Markt {number}")
        elif kind < 0.81:
            surname = dice.choice(SURNAMES)
            add(f"{surname} & Sons {trade}", form="Ltd")
            add(f"{surname} & Son {dice.choice(TRADES)}", form="Ltd")
        elif kind < 0.84:
            add(f"{stem} {dice.choice('ABCDEFG')}")
            add(f"{stem} {dice.choice('ABCDEFG')}")
        elif kind < 0.93:
            core = dice.choice(ZH_PLACES) + dice.choice(ZH_WORDS) + dice.choice(ZH_TRADES)
            found.setdefault(core, core + dice.choice(("有限公司", "股份有限公司")))
        elif kind < 0.97:
            core = dice.choice(RU_WORDS) + dice.choice(RU_TRADES)
            found.setdefault(core.casefold(), f'ООО "{core}"')
        else:
            add(f"{stem} Holding")
            add(f"{stem} International")
    return list(found.values())[:size]


def _variant(dice: random.Random, name: str) -> str:
    """The same name as somebody else writes it, "" where this way changes nothing."""
    ways = [_case, _form, _blanks, _wide, _umlauts, _zero, _turned, _left_out, _order]
    other = dice.choice(ways)(dice, name)
    return "" if other == name else other


def _case(dice: random.Random, name: str) -> str:
    return dice.choice([name.upper(), name.lower()])


def _form(dice: random.Random, name: str) -> str:
    if name.startswith("ООО"):
        return name.removeprefix("ООО ")
    if "公司" in name:
        return name.removesuffix("有限公司").removesuffix("股份")
    form = next(form for form in sorted(FORMS, key=len, reverse=True) if name.endswith(f" {form}"))
    return name.removesuffix(form).strip() + dice.choice(["", f" {dice.choice(FORMS)}"])


def _blanks(dice: random.Random, name: str) -> str:
    if " " in name and dice.random() < 0.5:
        return name.replace(" ", "  ", 1)
    return f"{name[:4]} {name[4:]}"


def _wide(_dice: random.Random, name: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in name)


def _umlauts(dice: random.Random, name: str) -> str:
    written = [("ü", "ue"), ("ö", "oe"), ("ä", "ae")], [("ü", "u"), ("ö", "o"), ("ä", "a")]
    for letter, other in dice.choice(written):
        name = name.replace(letter, other)
    return name


def _zero(_dice: random.Random, name: str) -> str:
    return name.replace("o", "0", 1)


def _turned(dice: random.Random, name: str) -> str:
    """Two letters of the longest word change places."""
    word = max(name.split(), key=len)
    if len(word) < 7 or not word.isascii():
        return name
    at = dice.randrange(2, len(word) - 2)
    other = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return name.replace(word, other, 1)


def _left_out(dice: random.Random, name: str) -> str:
    word = max(name.split(), key=len)
    if len(word) < 8 or not word.isascii():
        return name
    at = dice.randrange(2, len(word) - 2)
    return name.replace(word, word[:at] + word[at + 1 :], 1)


def _order(_dice: random.Random, name: str) -> str:
    words = name.split()
    return " ".join([words[1], words[0], *words[2:]]) if len(words) > 2 else name
