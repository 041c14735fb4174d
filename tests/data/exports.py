"""One small ledger, written as companies' systems and people write theirs: in every convention.

An export is drawn from a seed and one choice for each of some aspects (:data:`ASPECTS`); what is
not chosen is plain. :func:`written` gives the files and what must come back from them.
"""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import export_words as words
from export_files import Cell, Grid, write_files

CENT = Decimal("0.01")
CUT_DIGITS = "4.01230E+12"


@dataclass(frozen=True)
class Line:
    """A line of the ledger: quantity and amount are negative where goods came back."""

    document: int
    date: dt.date
    account: int
    product: int
    quantity: int
    price: Decimal
    status: int = 0

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True)
class Truth:
    """What must come back: the sum (None: only words are right), accounts, days or months."""

    revenue: Decimal | None
    accounts: int
    first: str
    last: str


@dataclass
class Export:
    """An export in the making: choices by aspect, the lines, and what follows from both.

    ``with_price``: whether a price stands beside the amount; by the seed, so that both occur.
    """

    choices: dict[str, str]
    lines: list[Line]
    headers: dict[str, str]
    language: str
    with_price: bool
    keys: list[str] = field(default_factory=list)

    def has(self, aspect: str, choice: str) -> bool:
        return self.choices.get(aspect) == choice

    @property
    def in_excel(self) -> bool:
        return self.choices.get("container", "").startswith("xlsx")


# Aspect -> its conventions; the first is the plain one.
ASPECTS: dict[str, tuple[str, ...]] = {
    "language": ("en", "de", "zh", "zht", "ru"),
    "numbers": tuple(words.NUMBERS),
    "quantities": ("whole", "three decimals"),
    "sign": ("minus", "trailing minus", "brackets", "CR/DR", "no-break hyphen", "true minus",
             "quantity only", "type column", "S/H column", "red column", "red in cell"),
    "currency": ("none", "in header", "code before", "code after", "sign before", "word after",
                 "one in column", "mixed in column"),
    "scale": ("one", "thousands in header", "thousands in cell", "price per 100"),
    "dates": tuple(words.DATES),
    "amounts": ("net", "quantity x price", "net, VAT, gross", "gross, VAT, net",
                "document total", "two currencies"),
    "status": ("none", "cancelled", "draft", "quotation"),
    "ids": ("plain", "numbers", "zeros", "mixed zeros", "point zero", "scientific",
            "names only", "name variants"),
    "totals": ("none", "grand", "grand undated", "per year", "per customer", "per day",
               "per day undated"),
    "parts": ("one", "files by year", "sheets by year", "monthly files", "sheet copy",
              "hidden backup", "overlap", "header changed"),
    "layout": ("plain", "title rows", "footer", "two header rows", "months as columns",
               "groups above", "first line only", "merged cells", "SAP list", "empty rows"),
    "container": ("csv", "csv semicolon", "csv tab", "csv pipe", "csv signed utf-8", "csv utf-16",
                  "csv national", "csv CR", "xlsx", "xlsx text", "xlsx named csv",
                  "xlsx named xls", "tab named xls", "html named xls", "xml named xls", "zip"),
}  # fmt: skip
# What an aspect's choice needs of another aspect: (aspect, choice) -> (aspect, choice).
_NEEDS = {
    ("sign", "red column"): ("language", "zh"),
    ("sign", "red in cell"): ("language", "zh"),
    ("numbers", "１，２３４．５０"): ("language", "zh"),
    ("numbers", "12,34,567.50"): ("language", "en"),
    ("numbers", "1.234,50"): ("language", "de"),
    ("ids", "mixed zeros"): ("container", "xlsx"),
    ("parts", "sheets by year"): ("container", "xlsx"),
    ("parts", "sheet copy"): ("container", "xlsx"),
    ("parts", "hidden backup"): ("container", "xlsx"),
    ("parts", "header changed"): ("container", "xlsx"),
    ("layout", "merged cells"): ("container", "xlsx"),
    ("layout", "SAP list"): ("container", "csv pipe"),
}
_FEW_KEYS = ("months as columns", "groups above")


def ledger(seed: int) -> list[Line]:
    """Some 150 lines of two years: eight or more accounts, documents of several lines, returns."""
    draw = random.Random(seed)
    accounts = draw.randint(8, 12)
    prices = [Decimal(draw.randint(900, 60_000)) / 100 for _ in range(4)]
    days = sorted(dt.date(2024, 1, 1) + dt.timedelta(days=draw.randrange(731)) for _ in range(64))
    lines: list[Line] = []
    for number, day in enumerate(days):
        account = number if number < accounts else draw.randrange(accounts)
        back = number > accounts and (draw.random() < 0.08 or number % 20 == 19)
        for _ in range(draw.choice((1, 2, 2, 3, 4))):
            product = draw.randrange(4)
            many = draw.randint(1, 3) if back else draw.randint(2, 90)
            lines.append(
                Line(10_001 + number, day, account, product, -many if back else many,
                     prices[product])
            )  # fmt: skip
    return lines


def settled(choices: Mapping[str, str]) -> dict[str, str]:
    """The choices as they can stand together: what one needs replaces what another has."""
    kept = {aspect: choice for aspect, choice in choices.items() if choice != ASPECTS[aspect][0]}
    layout, dates = kept.get("layout", ""), kept.get("dates", "")
    if layout in _FEW_KEYS or layout in ("SAP list", "first line only", "merged cells"):
        for aspect in ("totals", "parts", "status", "amounts", "scale"):
            kept.pop(aspect, None)
    if layout in _FEW_KEYS:
        for aspect in ("sign", "currency", "ids", "quantities"):
            kept.pop(aspect, None)
    if layout == "months as columns":
        kept.pop("dates", None)
        dates = ""
    if layout == "SAP list" or kept.get("amounts") == "two currencies":
        kept.pop("currency", None)
    if kept.get("parts") in ("monthly files", "files by year") and "zip" in kept.values():
        kept.pop("parts")
    if kept.get("sign") in ("red column", "type column", "S/H column"):
        kept.pop("status", None)
    if kept.get("scale") == "price per 100":
        kept.pop("amounts", None)
    if kept.get("amounts") in ("quantity x price", "document total"):
        kept.pop("sign", None)
    if kept.get("scale", "").startswith("thousands") and kept.get("amounts"):
        kept.pop("amounts")
    if words.DATES.get(dates, ("", ""))[1]:
        kept["language"] = words.DATES[dates][1]
    if dates in words.EXCEL_DATES and not kept.get("container", "").startswith("xlsx"):
        kept["container"] = "xlsx"
    for (aspect, choice), (other, needed) in _NEEDS.items():
        if kept.get(aspect) == choice and not kept.get(other, "").startswith(needed):
            kept[other] = needed
    if kept.get("dates") in words.EXCEL_DATES and kept.get("container") == "csv pipe":
        kept.pop("dates")
    needed = words.DATES[kept.get("dates", "iso")][1]
    if needed and kept.get("language", "en") != needed:
        kept.pop("dates")
    return kept


def written(choices: Mapping[str, str], seed: int, folder: Path) -> tuple[list[Path], Truth]:
    """Write the ledger of a seed in these conventions: its files, and what must come back."""
    kept = settled(choices)
    language = kept.get("language", "en")
    with_price = seed % 2 == 1
    export = Export(kept, ledger(seed), words.headers(language), language, with_price)
    if kept.get("status"):
        export.lines = _with_status(export)
    truth = _truth(export)
    records = [_record(export, line) for line in export.lines]
    export.keys = _keys(export)
    grids = _laid_out(export, records)
    return write_files(grids, folder, kept.get("container", "csv"), language), truth


def _truth(export: Export) -> Truth:
    valid = [line for line in export.lines if not line.status]
    accounts = len({line.account for line in valid})
    revenue = sum((_rounded(export, line.amount) for line in valid), Decimal(0))
    if export.has("currency", "mixed in column"):
        revenue = None
    days = [line.date for line in valid]
    monthly = export.choices.get("dates") in words.MONTHLY
    monthly |= export.has("layout", "months as columns")
    form = "%Y-%m" if monthly else "%Y-%m-%d"
    return Truth(revenue, accounts, f"{min(days):{form}}", f"{max(days):{form}}")


def _rounded(export: Export, amount: Decimal) -> Decimal:
    """An amount as precisely as the export holds it: 万 and тыс. in cells have four decimals."""
    if export.has("scale", "thousands in cell"):
        unit = 10_000 if export.language.startswith("zh") else 1_000
        return (amount / unit).quantize(Decimal("0.0001")) * unit
    return amount


def _with_status(export: Export) -> list[Line]:
    """Every ninth document is cancelled, a draft or a quotation: it is no sale."""
    place = ASPECTS["status"].index(export.choices["status"])
    return [
        replace(line, status=place) if line.document % 9 == 5 and line.quantity > 0 else line
        for line in export.lines
    ]


def _keys(export: Export) -> list[str]:
    """The export's columns in their order."""
    amounts, sign = export.choices.get("amounts"), export.choices.get("sign")
    beside_quantity = ["price"] if export.with_price else []
    money = {
        "quantity x price": ["price"],
        "net, VAT, gross": ["net", "vat", "gross"],
        "gross, VAT, net": ["gross", "vat", "net"],
        "document total": ["price", "total"],
        "two currencies": ["paper", "paper_currency", "company"],
    }.get(amounts or "", [*beside_quantity, "amount"])
    if export.has("scale", "price per 100"):
        money = ["price"]
    if export.choices.get("scale", "").startswith("thousands"):
        money = ["amount"]
    beside = {"type column": ["kind"], "S/H column": ["side"], "red column": ["red"]}
    money += beside.get(sign or "", [])
    money += ["status"] if export.choices.get("status") else []
    money += ["currency"] if export.choices.get("currency", "").endswith("in column") else []
    ids = ["name"] if export.choices.get("ids", "").startswith("name") else ["account", "name"]
    document = [] if export.has("dates", "registrator") else ["document"]
    return [*document, "date", *ids, "product", "line", "quantity", *money]


def _record(export: Export, line: Line) -> dict[str, Cell]:
    """A line's cells by key, as the conventions write them."""
    names = words.NAMES[export.language]
    product, group = words.PRODUCTS[export.language][line.product]
    total = sum(other.amount for other in export.lines if other.document == line.document)
    vat = (line.amount * Decimal("0.2")).quantize(CENT)
    abroad = line.account % 2 == 0
    paper = (line.amount * Decimal("1.25")).quantize(CENT) if abroad else line.amount
    mixed = export.has("currency", "mixed in column")
    home = words.CURRENCY[export.language]
    other = "JPY" if home != "JPY" else "USD"
    back = line.quantity < 0
    return {
        "document": line.document,
        "date": _day(export, line),
        "account": _account(export, line),
        "name": _name(export, names[line.account], line),
        "product": product,
        "line": group,
        "quantity": _quantity(export, line.quantity),
        "price": _price(export, line.price),
        "amount": _money(export, line.amount),
        "net": _money(export, line.amount),
        "vat": _money(export, vat),
        "gross": _money(export, line.amount + vat),
        "total": _money(export, total),
        "paper": _money(export, paper),
        "company": _money(export, line.amount),
        "paper_currency": "USD" if abroad else "EUR",
        "kind": words.INVOICE[export.language][back],
        "side": {"zh": "借贷", "zht": "借貸"}.get(export.language, "SH")[back],
        "red": "红字" if back else "蓝字",
        "status": words.STATUS[export.language][line.status],
        "currency": other if mixed and line.account % 3 == 1 else home,
    }


def _day(export: Export, line: Line) -> Cell:
    form = export.choices.get("dates", "iso")
    text = words.DATES[form][0](line.date)
    return text.replace("000", str(line.document), 1) if form == "registrator" else text


def _account(export: Export, line: Line) -> Cell:
    number = 1_001 + line.account
    in_number = line.date.year == 2025 and export.in_excel
    return {
        "numbers": number,
        "zeros": f"{number:08d}",
        "mixed zeros": number if in_number else f"{number:08d}",
        "point zero": f"{number}.0",
        "scientific": CUT_DIGITS,
    }.get(export.choices.get("ids", ""), f"K{number}")


def _name(export: Export, name: str, line: Line) -> str:
    if not export.has("ids", "name variants"):
        return name
    return (name, f"{name} ", name.upper(), name.replace(" ", "  "))[line.document % 4]


def _unsigned(export: Export) -> bool:
    return export.choices.get("sign") in ("type column", "S/H column", "red column")


def _quantity(export: Export, quantity: int) -> Cell:
    if _unsigned(export):
        quantity = abs(quantity)
    if export.has("quantities", "three decimals") and not export.in_excel:
        number = words.number_text(abs(Decimal(quantity)), _style(export), 3)
        return f"-{number}" if quantity < 0 else number
    return quantity


def _style(export: Export) -> str:
    return export.choices.get("numbers", "1234.50")


def _price(export: Export, price: Decimal) -> Cell:
    if export.has("scale", "price per 100"):
        price = price * 100
    if export.in_excel:
        return price
    return words.number_text(price, _style(export), 2)


def _money(export: Export, amount: Decimal) -> Cell:
    """An amount with its sign, scale and currency; a number where a sheet would hold one."""
    sign, scale = export.choices.get("sign", "minus"), export.choices.get("scale", "one")
    negative = amount < 0 and sign != "quantity only" and not _unsigned(export)
    unit = 10_000 if export.language.startswith("zh") else 1_000
    scaled = amount / unit if scale.startswith("thousands") else amount
    places = {"thousands in header": 6, "thousands in cell": 4}.get(scale, 2)
    plain = sign in ("minus", "quantity only") or _unsigned(export)
    plain &= scale != "thousands in cell" and not _said_in_cell(export)
    if export.in_excel and plain and _style(export) == "1234.50":
        return -abs(scaled) if negative else abs(scaled)
    text = words.number_text(abs(scaled), _style(export), places)
    if scale == "thousands in cell":
        text += ("" if unit == 10_000 else " ") + words.THOUSAND[export.language]
    return _signed(_with_currency(export, text), negative, sign)


def _said_in_cell(export: Export) -> bool:
    return export.choices.get("currency") in ("code before", "code after", "sign before",
                                              "word after")  # fmt: skip


def _with_currency(export: Export, text: str) -> str:
    language = export.language
    return {
        "code before": f"{words.CURRENCY[language]} {text}",
        "code after": f"{text} {words.CURRENCY[language]}",
        "sign before": f"{words.SIGNS[language]}{text}",
        "word after": f"{text} {words.WORDS[language]}",
    }.get(export.choices.get("currency", ""), text)


def _signed(text: str, negative: bool, sign: str) -> str:
    if sign == "CR/DR":
        return f"{text} {'CR' if negative else 'DR'}"
    if not negative:
        return text
    forms = {
        "trailing minus": f"{text}-",
        "brackets": f"({text})",
        "no-break hyphen": f"\N{NON-BREAKING HYPHEN}{text}",
        "true minus": f"\N{MINUS SIGN}{text}",
        "red in cell": f"红字{text}",
    }
    return forms.get(sign, f"-{text}")


def _header(export: Export, key: str) -> str:
    header = export.headers[key]
    if key == "date" and export.has("dates", "registrator"):
        return "Регистратор"
    if key in ("amount", "net", "gross", "total") and export.has("currency", "in header"):
        header = f"{header} ({words.CURRENCY[export.language]})"
    if key == "amount" and export.has("scale", "thousands in header"):
        header = words.THOUSANDS_OF[export.language].format(header)
    if key == "price" and export.has("scale", "price per 100"):
        per = {"zh": "每百件单价", "zht": "每百件單價", "ru": "Цена за 100", "de": "Preis per 100"}
        return per.get(export.language, "Price per 100")
    return header


Records = list[dict[str, Cell]]


def _laid_out(export: Export, records: Records) -> list[Grid]:
    """The export's sheets or files, before their container."""
    layout = export.choices.get("layout", "plain")
    special: dict[str, Callable[[Export, Records], Grid]] = {
        "months as columns": _months_grid,
        "groups above": _groups_grid,
        "SAP list": _sap_grid,
    }
    if layout in special:
        return [special[layout](export, records)]
    parts = _in_parts(export, records)
    return [_grid(export, part, layout, name, state) for name, part, state in parts]


def _in_parts(export: Export, records: Records) -> list[tuple[str, Records, str]]:
    """Name, records and state ("": shown; "file": a file of its own) of each part."""
    parts = export.choices.get("parts", "one")
    lines = export.lines
    years = {
        str(year): [r for line, r in zip(lines, records, strict=True) if line.date.year == year]
        for year in (2024, 2025)
    }
    late = [r for line, r in zip(lines, records, strict=True) if line.date >= dt.date(2024, 10, 1)]
    months: dict[str, Records] = {}
    for line, record in zip(lines, records, strict=True):
        months.setdefault(f"{line.date:%Y-%m}", []).append(record)
    whole = _with_totals(export, records)
    return {
        "files by year": [(year, part, "file") for year, part in years.items()],
        "monthly files": [(month, part, "file") for month, part in months.items()],
        "sheets by year": [(year, part, "") for year, part in years.items()],
        "header changed": [(year, part, "") for year, part in years.items()],
        "sheet copy": [("Sales", whole, ""), ("Sales (2)", whole, "")],
        "hidden backup": [("Sales", whole, ""), ("Old", years["2024"], "hidden")],
        "overlap": [("a", [*years["2024"]], "file"), ("b", late, "file")],
    }.get(parts, [("sales", whole, "")])


def _with_totals(export: Export, records: Records) -> Records:
    """The records with rows of sums among them."""
    totals = export.choices.get("totals", "none")
    if totals == "none":
        return records
    pairs = list(zip(export.lines, records, strict=True))
    if totals == "per customer":
        pairs.sort(key=lambda pair: pair[0].account)
    result: Records = []
    group: list[Line] = []
    for place, (line, record) in enumerate(pairs):
        result.append(record)
        group.append(line)
        after = pairs[place + 1][0] if place + 1 < len(pairs) else None
        if not totals.startswith("grand") and _group(totals, line) != _group(totals, after):
            result.append(_total(export, group, _label(export, totals, line), record))
            group = []
    grand = _total(export, export.lines, words.GRAND[export.language], records[-1])
    return [*result, grand] if "per day" not in totals else result


def _group(totals: str, line: Line | None) -> object:
    if line is None:
        return None
    if totals == "per year":
        return line.date.year
    return line.account if totals == "per customer" else line.date


def _label(export: Export, totals: str, line: Line) -> str:
    form = words.SUBTOTAL[export.language]
    if totals == "per customer":
        return form.format(of=words.NAMES[export.language][line.account])
    if totals == "per year":
        return form.format(of=line.date.year)
    return form.format(of="").replace(" по ", "").strip()


def _total(export: Export, group: list[Line], label: str, last: dict[str, Cell]) -> dict:
    """A row of sums: its label stands where the account does, or in the first column."""
    money = sum((line.amount for line in group), Decimal(0))
    quantity = sum(line.quantity for line in group)
    vat = sum(((line.amount * Decimal("0.2")).quantize(CENT) for line in group), Decimal(0))
    dated = not export.choices["totals"].endswith("undated")
    where = "name" if export.choices.get("ids", "").startswith("name") else "account"
    return {
        where: label,
        "date": last["date"] if dated else None,
        "quantity": _quantity(export, quantity),
        **{key: _money(export, money) for key in ("amount", "net", "total", "company")},
        "vat": _money(export, vat),
        "gross": _money(export, money + vat),
    }


def _grid(export: Export, records: Records, layout: str, name: str, state: str) -> Grid:
    keys = export.keys
    top = [_header(export, key) for key in keys]
    if export.has("parts", "header changed") and name == "2025":
        top = [f"{text} (EUR)" if key in ("amount", "net") else text
               for key, text in zip(keys, top, strict=True)]  # fmt: skip
    rows = [[record.get(key) for key in keys] for record in records]
    above: list[list[Cell]] = [top]
    if layout == "two header rows":
        groups = {"document": 0, "date": 0, "account": 1, "name": 1}
        titles = {"zh": ("单据", "客户", "销售"), "zht": ("單據", "客戶", "銷售")}
        titles |= {"ru": ("Документ", "Контрагент", "Продажа"), "de": ("Beleg", "Kunde", "Umsatz")}
        title = titles.get(export.language, ("Invoice", "Customer", "Sales"))
        places = [groups.get(key, 2) for key in keys]
        first = [title[place] if n == 0 or places[n - 1] != place else None
                 for n, place in enumerate(places)]  # fmt: skip
        above = [first, [text.removeprefix(f"{title[place]} ") for text, place in
                         zip(top, places, strict=True)]]  # fmt: skip
    if layout == "title rows":
        above = [["Sales report"], ["Period: 2024-2025"], [], top]
    if layout in ("first line only", "merged cells"):
        rows = _first_only(export, rows, records)
    if layout == "empty rows":
        rows = [
            line for n, row in enumerate(rows) for line in ([row, []] if n % 20 == 7 else [row])
        ]
    if layout == "footer":
        rows = [*rows, [], ["Printed by: Kim"], ["Confidential"]]
    merged = layout == "merged cells"
    return Grid(name, [*above, *rows], state=state, merged=merged, header_rows=len(above))


def _first_only(export: Export, rows: list[list[Cell]], records: Records) -> list[list[Cell]]:
    """Fields of a document are empty after its first line."""
    of_document = {"document", "date", "account", "name"}
    result, before = [], None
    for row, record in zip(rows, records, strict=True):
        same = record["document"] == before
        before = record["document"]
        result.append([None if same and key in of_document else cell
                       for key, cell in zip(export.keys, row, strict=True)])  # fmt: skip
    return result


def _months_grid(export: Export, records: Records) -> Grid:
    """A row per account, a column per month, sums in the cells."""
    months = sorted({line.date.replace(day=1) for line in export.lines})
    sums: dict[tuple[int, dt.date], Decimal] = {}
    for line in export.lines:
        key = line.account, line.date.replace(day=1)
        sums[key] = sums.get(key, Decimal(0)) + line.amount
    accounts = sorted({line.account for line in export.lines})
    naming = words.MONTH_HEADER[export.language]
    names = words.NAMES[export.language]
    top = [export.headers["account"], export.headers["name"], *map(naming, months)]
    rows = [
        [f"K{1_001 + account}", names[account],
         *(_money(export, sums[account, month]) if (account, month) in sums else None
           for month in months)]
        for account in accounts
    ]  # fmt: skip
    return Grid("sales", [top, *rows])


def _groups_grid(export: Export, records: Records) -> Grid:
    """An account's name on a row of its own above its lines, its total below them."""
    keys = ["date", "document", "product", "quantity", "price", "amount"]
    keys = [key for key in keys if key in (*export.keys, "date")]
    rows: list[list[Cell]] = [[None, *(_header(export, key) for key in keys)]]
    for account in sorted({line.account for line in export.lines}):
        name = words.NAMES[export.language][account]
        group = [(line, record) for line, record in zip(export.lines, records, strict=True)
                 if line.account == account]  # fmt: skip
        money = _money(export, sum((line.amount for line, _ in group), Decimal(0)))
        rows.append([name, *[None] * len(keys)])
        rows += [[None, *(record[key] for key in keys)] for _, record in group]
        label = words.SUBTOTAL[export.language].format(of=name)
        rows.append([label, *[None] * (len(keys) - 1), money])
    total = _money(export, sum((line.amount for line in export.lines), Decimal(0)))
    rows.append([words.GRAND[export.language], *[None] * (len(keys) - 1), total])
    return Grid("sales", [["Sales by customer"], [], *rows])


def _sap_grid(export: Export, records: Records) -> Grid:
    """A list as SAP saves it unconverted: bars, rules, a starred total."""
    keys = [key for key in export.keys if key not in ("product", "line")]
    total = {"amount": _money(export, sum((line.amount for line in export.lines), Decimal(0)))}
    table = [[_header(export, key) for key in keys],
             *([str(record[key]) for key in keys] for record in records),
             ["*", *(str(total.get(key, "")) for key in keys[1:])]]  # fmt: skip
    widths = [max(len(row[n]) for row in table) for n in range(len(keys))]
    lines = ["|" + "|".join(t.ljust(w) for t, w in zip(row, widths, strict=True)) + "|"
             for row in table]  # fmt: skip
    rule = "-" * len(lines[0])
    text = ["Billing list", "", rule, lines[0], rule, *lines[1:-1], rule, lines[-1], rule]
    return Grid("sales", [], text="\n".join(text) + "\n")
