"""What the demo company is: its product lines and prices, regions, managers and rivals."""

from dataclasses import dataclass
from datetime import date

from kamlib.demo.workdays import YEARS

TITLE = "Nordhafen Trading"
CURRENCY = "EUR"
COUNTRY = "DE"


@dataclass(frozen=True)
class Product:
    """One article: price and cost in cents per year; both change each January."""

    code: str
    line: str
    price: dict[int, int]
    cost: dict[int, int]


@dataclass(frozen=True)
class _Line:
    name: str
    prefix: str
    margin: float  # at list price in 2023
    prices: tuple[float, ...]  # list prices in 2023
    price_rises: tuple[float, float]  # January 2024, January 2025
    cost_rises: tuple[float, float]


_LINES = (
    _Line(
        "Fasteners",
        "FA",
        0.44,
        (2.4, 3.9, 4.8, 6.5, 8.2, 9.9, 12.5, 14.9, 18.0, 22.5, 27.0, 34.0, 48.0, 65.0),
        (0.045, 0.03),
        (0.04, 0.02),
    ),
    _Line(
        "Tools",
        "TO",
        0.32,
        (7.5, 9.9, 14.5, 19.0, 24.9, 32.0, 45.0, 59.0, 79.0, 119.0, 149.0, 189.0, 249.0, 329.0),
        (0.04, 0.035),
        (0.045, 0.03),
    ),
    _Line(
        "Safety",
        "SA",
        0.38,
        (1.9, 3.2, 4.5, 6.9, 8.9, 12.5, 16.9, 22.0, 29.0, 39.0, 54.0, 72.0, 95.0, 129.0),
        (0.05, 0.025),
        (0.045, 0.02),
    ),
    _Line(
        "Packaging",
        "PA",
        0.27,
        (3.5, 4.9, 6.2, 7.9, 9.5, 12.9, 15.5, 19.9, 24.0, 31.0, 38.0, 46.0, 58.0, 74.0),
        (0.06, 0.01),
        (0.065, 0.01),
    ),
    _Line(
        "Hygiene",
        "HY",
        0.35,
        (2.9, 4.2, 5.5, 6.9, 8.5, 10.9, 13.9, 16.5, 19.9, 25.0, 32.0, 41.0, 52.0, 68.0),
        (0.035, 0.03),
        (0.04, 0.025),
    ),
    _Line(
        "Equipment",
        "EQ",
        0.24,
        (39, 55, 79, 99, 145, 189, 245, 310, 390, 490, 640, 790, 980, 1290),
        (0.03, 0.04),
        (0.035, 0.035),
    ),
)
LINES = tuple(line.name for line in _LINES)


def _products(line: _Line) -> tuple[Product, ...]:
    found = []
    for number, euros in enumerate(line.prices):
        # Margins differ a little within a line, by a fixed pattern.
        margin = line.margin + (number * 7 % 5 - 2) * 0.01
        price = _yearly(euros, line.price_rises)
        cost = _yearly(euros * (1 - margin), line.cost_rises)
        found.append(Product(f"{line.prefix}-{101 + number}", line.name, price, cost))
    return tuple(found)


def _yearly(euros: float, rises: tuple[float, float]) -> dict[int, int]:
    cents = [round(euros * 100)]
    for rise in rises:
        cents.append(round(cents[-1] * (1 + rise)))
    return dict(zip(YEARS, cents, strict=True))


PRODUCTS = {line.name: _products(line) for line in _LINES}
PRICE_LEVEL = {2023: 0.93, 2024: 0.972, 2025: 1.0}  # 2025 = 1, over all lines

FREIGHT_PARCEL, FREIGHT_PALLET = "FREIGHT-PARCEL", "FREIGHT-PALLET"
FREIGHT_CENTS = {FREIGHT_PARCEL: 890, FREIGHT_PALLET: 6500}
FREIGHT_REASON = "freight and postage, not a product"

REGION_SHARES = {  # of accounts and prospects
    "Germany North": 0.25,
    "Germany South": 0.20,
    "Benelux": 0.14,
    "Nordics": 0.13,
    "Poland": 0.10,
    "France": 0.10,
    "UK and Ireland": 0.08,
}
MANAGERS_IN = {
    "Germany North": ("M1", "M2"),
    "Germany South": ("M2",),
    "Benelux": ("M4",),
    "Nordics": ("M3",),
    "Poland": ("M5",),
    "France": ("M6",),
    "UK and Ireland": ("M3", "M6"),
}
MANAGERS = {
    "M1": ("Katrin Osterloh", 220),
    "M2": ("Jonas Feldkamp", 300),
    "M3": ("Ingrid Solheim", 260),
    "M4": ("Pieter van Loon", 240),
    "M5": ("Agnieszka Wrona", 200),
    "M6": ("Claire Dumontel", 240),
}
MARKETING = {"K1": ("Maike Brandis", 120), "K2": ("Sander Hoekstra", 80)}
HANDOVER = date(2024, 7, 1)  # part of M2's portfolio went to M1, whose book was small

COMPETITORS = (
    "Kranzhagen Industriebedarf",
    "Velmarque Fournitures",
    "Nordtoolen Supply",
    "Ostmarel Handel",
    "Packoria Continental",
    "Hygentis Group",
)

# Industry -> what companies of that industry buy, by line.
INDUSTRIES = {
    "Mechanical engineering": {"Fasteners": 5, "Tools": 4, "Safety": 2, "Equipment": 2},
    "Automotive supply": {"Fasteners": 5, "Safety": 3, "Packaging": 3, "Tools": 2},
    "Shipbuilding": {"Safety": 4, "Tools": 4, "Fasteners": 3, "Equipment": 2},
    "Energy": {"Equipment": 4, "Safety": 4, "Tools": 3, "Fasteners": 1},
    "Construction": {"Tools": 5, "Fasteners": 4, "Safety": 3, "Equipment": 1},
    "Food": {"Hygiene": 5, "Packaging": 5, "Safety": 2},
    "Hospitality": {"Hygiene": 6, "Packaging": 1, "Equipment": 1},
    "Logistics": {"Packaging": 6, "Safety": 2, "Equipment": 2, "Hygiene": 1},
    "Furniture": {"Fasteners": 4, "Packaging": 3, "Tools": 3, "Equipment": 1},
    "Health care": {"Hygiene": 6, "Safety": 4, "Packaging": 1},
}
# Most big accounts come from here: what a lookalike model should find again.
CORE_INDUSTRIES = tuple(INDUSTRIES)[:4]
