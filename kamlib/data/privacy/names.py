"""Who stands for whom: one code for each account, person, manager and competitor of a data set."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import PurePosixPath

import pandas as pd

from kamlib.data.describe.letters import name_key
from kamlib.data.describe.schema import TABLES
from kamlib.data.privacy.codes import name_code, name_codes
from kamlib.data.privacy.columns import (
    ACCOUNT,
    COMPANY_NAME,
    COMPETITOR,
    DOCUMENT,
    MAIL,
    MANAGER,
    MANAGER_NAME,
    ONE_OF_US,
    OWN_PLAY,
    PERSON,
    PERSON_NAME,
    PHONE,
    SHARED,
    WORDS,
    columns_that_hold,
    holds,
)
from kamlib.data.reduce.reporting import SEPARATOR, superiors
from kamlib.data.reduce.seals import signature
from kamlib.data.reduce.spellings import spelled_alike
from kamlib.words import _

_MANY, _SOME, _FEW = 6, 4, 3  # signs of a code, by how many there may be
_DIGITS = 8  # of a telephone number that stands for another
DOCUMENT_SIGNS = 10  # of an invoice's number that stands for another
_KNOWN = 4  # letters of a word by which alone somebody is known
SEVERAL = 3  # accounts that share words before these are taken to name none of them
_MANAGER = _("Manager {code}")  # where a table names managers, their numbers are codes alone
_QUOTED = re.compile(r'"[^"]*"')
_WORD = re.compile(r"\w+")
_PLAIN = {"", "dossiers", "returned", *TABLES}
_PLAIN_SHEET = re.compile(r"|sheet ?\d*|\d{4}([-_ ]?q?\d{1,2})?", re.IGNORECASE)
Rows = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Pseudonyms:
    """What stands for the names of a data set, by the name.

    ``accounts`` has accounts and prospects by their numbers, ``managers`` and ``manager_names``
    our own people by number and by name, ``people`` contacts by name as :func:`spelled_alike`
    has it, ``competitors`` likewise; ``called`` has all that a text may call any of them,
    ``reasons`` what stands for those of the data set's own rules; ``companies`` what an account
    or prospect is called, by its number. What else was said in somebody's own words has a code,
    too, so that equal words stay equal.
    """

    accounts: Mapping[str, str] = field(repr=False)
    managers: Mapping[str, str] = field(repr=False)
    manager_names: Mapping[str, str] = field(repr=False)
    people: Mapping[str, str] = field(repr=False)
    competitors: Mapping[str, str] = field(repr=False)
    called: Mapping[str, str] = field(default_factory=dict, repr=False)
    reasons: Mapping[str, str] = field(default_factory=dict, repr=False)
    companies: Mapping[str, str] = field(default_factory=dict, repr=False)
    _codes: dict[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls, rows: Iterable[tuple[str, pd.DataFrame]], sold: Rows, rules: Iterable[str] = ()
    ) -> "Pseudonyms":
        """The pseudonyms of all whom some tables name.

        Parameters
        ----------
        rows
            Tables beside the sales, each with its name; one may come several times.
        sold
            ``account`` and ``manager``: frames with that column, of the sales.
        rules
            The reasons of the data set's own rules: somebody's own words.
        """
        tables = [*rows]
        accounts = {*sold[ACCOUNT][ACCOUNT].dropna(), *_named(tables, ACCOUNT)}
        managers = {*sold[MANAGER][MANAGER].dropna(), *_named(tables, MANAGER)}
        by_code = _by_code(tables)
        people = _alike(_named(tables, PERSON_NAME))
        rivals = _alike(_named(tables, COMPETITOR))
        codes = name_codes("account", accounts, length=_MANY, never=accounts)
        ours = name_codes("manager", managers, length=_FEW, never=managers)
        ours |= _worded(_MANAGER, {m: code for m, code in ours.items() if m not in by_code})
        named = cls(
            codes,
            ours,
            {name: ours[manager] for manager, name in by_code.items()},
            _worded(_("Person {code}"), name_codes("person", people, length=_MANY)),
            _worded(_("Competitor {code}"), name_codes("competitor", rivals, length=_SOME)),
        )
        accounts = dict(_pairs(tables, ("accounts", "account")))
        prospects = dict(_pairs(tables, ("prospects", "prospect")))
        called = {name: codes[number] for number, name in (*accounts.items(), *prospects.items())}
        called |= {name: named.competitor(name) for name in _named(tables, COMPETITOR)}
        called |= {name: named.person_name(name) for name in _named(tables, PERSON_NAME)}
        called |= {n: _MANAGER.format(code=named.manager(n)) for n in _named(tables, MANAGER_NAME)}
        reasons = {reason: named.words(reason) for reason in rules}
        companies = _companies(codes, accounts, prospects)
        return replace(named, called=called, reasons=reasons, companies=companies)

    def account(self, number: str) -> str:
        """The number that stands for that of an account or a prospect."""
        return self.accounts.get(number) or self._code("account", number)

    def company(self, number: str) -> str:
        """What an account or prospect is called, given by its number."""
        return self.companies.get(number) or _("Account {code}").format(code=self.account(number))

    def manager(self, manager: str) -> str:
        """Who stands for one of our managers, given by number or by name."""
        known = self.managers.get(manager) or self.manager_names.get(spelled_alike(manager))
        return known or _MANAGER.format(code=self._code("manager", manager, _FEW))

    def one_of_us(self, name: str) -> str:
        """Who stands for somebody given by a manager's number, or by any name."""
        known = self.managers.get(name) or self.manager_names.get(spelled_alike(name))
        return known or self.person_name(name)

    def person_name(self, name: str) -> str:
        """Who stands for a person, given by name."""
        alike = spelled_alike(name)
        known = self.people.get(alike)
        return known or _("Person {code}").format(code=self._code("person", alike))

    def person(self, account: str, cell: str) -> str:
        """The codes that stand for those of one or several contacts of an account."""
        return SEPARATOR.join(self._code("contact", f"{account}\n{c}") for c in superiors(cell))

    def competitor(self, name: str) -> str:
        """Who stands for a competitor."""
        alike = spelled_alike(name)
        known = self.competitors.get(alike)
        return known or _("Competitor {code}").format(code=self._code("competitor", alike, _SOME))

    def document(self, number: str) -> str:
        """What stands for the number of an invoice or a delivery."""
        return f"D{sha256(f'{self.secret}{number}'.encode()).hexdigest()[:DOCUMENT_SIGNS].upper()}"

    def words(self, text: str) -> str:
        """What stands for somebody's own words: equal words have equal ones."""
        return _("text {code}").format(code=self._code("words", spelled_alike(text)))

    def mail(self, address: str) -> str:
        """A mail address that nobody has and that stands for another."""
        return f"{self._code('mail', address.casefold().strip()).lower()}@anonymous.invalid"

    def phone(self, number: str) -> str:
        """A telephone number that stands for another."""
        digits = re.sub(r"\D", "", number)[-9:]
        code = self._code("phone", digits, 2 * _DIGITS)
        return "0" + "".join(str(ord(sign) % 10) for sign in code)[:_DIGITS]

    def file(self, name: str) -> str:
        """What stands for a file: its folder, if that is a usual one, and its kind stay."""
        path = PurePosixPath(name.rpartition("://")[2].replace("\\", "/"))
        stem = path.stem if path.stem.casefold() in {*_PLAIN, "dataset", "settings"} else ""
        stem = stem or _("file {code}").format(code=self._code("file", name))
        folder = path.parent.name if path.parent.name in _PLAIN else ""
        return "/".join(filter(None, [folder, f"{stem}{path.suffix}"]))

    def sheet(self, name: str) -> str:
        """What stands for a sheet; one that is called like a table, or numbered, stays."""
        if name.casefold() in _PLAIN or _PLAIN_SHEET.fullmatch(name):
            return name
        return _("sheet {code}").format(code=self._code("sheet", name))

    def text(self, text: str) -> str:
        """A text of ours about the data without what it quotes, and without any known name.

        Names of digits alone stay: in a text of ours they are numbers.
        """
        if text in self.reasons:
            return self.reasons[text]
        kept, place = [], 0
        text = _QUOTED.sub('"…"', text)
        for word in _WORD.finditer(text):
            if word.start() < place:
                continue
            for name, instead in self._by_first_word.get(word[0], ()):
                end = word.start() + len(name)
                if text.startswith(name, word.start()) and not _WORD.match(text[end : end + 1]):
                    kept += [text[place : word.start()], instead]
                    place = end
                    break
        return "".join([*kept, text[place:]])

    def listed(self, text: str) -> str:
        """Examples of rows, with ``, `` between: each known name by what stands for it."""
        return ", ".join(
            " = ".join(self.accounts.get(each, self.text(each)) for each in part.split(" = "))
            for part in text.split(", ")
        )

    def rows(self, table: str, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table beside the sales, with all that names somebody replaced."""
        new = {}
        for column in TABLES[table].columns:
            kind = holds(table, column)
            if column.name not in rows:
                continue
            cells = rows[column.name]
            if kind in self._of_cells:
                new[column.name] = replaced(cells, self._of_cells[kind])
            elif kind == PERSON:
                new[column.name] = self._people(rows["account"], cells)
            elif kind == COMPANY_NAME:
                new[column.name] = self._called(rows[TABLES[table].key[0]], cells)
            elif kind == MANAGER_NAME:
                made = [_MANAGER.format(code=self.manager(number)) for number in rows["manager"]]
                new[column.name] = pd.Series(made, cells.index, cells.dtype).where(cells.notna())
            elif kind == SHARED:
                new[column.name] = self._shared(rows[TABLES[table].key[0]], cells)
            elif kind == OWN_PLAY:
                new[column.name] = pd.Series(None, cells.index, cells.dtype)
        return rows.assign(**new)

    def shared(self, subjects: pd.Series, cells: pd.Series) -> pd.Series:
        """Words that stay where several have them, else what stands for them."""
        return self._shared(subjects, cells)

    @cached_property
    def secret(self) -> str:
        """What an engine puts before a document's number: the user's own, told nobody."""
        return signature({"stands for": ["documents"]})

    @cached_property
    def _of_cells(self) -> dict[str, Callable[[str], str]]:
        return {
            ACCOUNT: self.account,
            PERSON_NAME: self.person_name,
            MANAGER: self.manager,
            ONE_OF_US: self.one_of_us,
            COMPETITOR: self.competitor,
            DOCUMENT: self.document,
            MAIL: self.mail,
            PHONE: self.phone,
            WORDS: self.words,
        }

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[str, str]]]:
        """All that a text may name, the longest first, by its first word."""
        known = {**self.called, **self.managers, **self.accounts}
        found: dict[str, list[tuple[str, str]]] = {}
        for name, instead in sorted(known.items(), key=lambda pair: (-len(pair[0]), pair[0])):
            first = _WORD.search(name)
            if first and not first.start() and not name.isdigit():
                found.setdefault(first[0], []).append((name, instead))
        return found

    @cached_property
    def _known_words(self) -> frozenset[str]:
        """The words of people's names, and those with which companies' names begin."""
        people = {*self.people, *self.manager_names}
        words = set()
        for name in self.called:
            found = _WORD.findall(name)
            words |= {*found} if spelled_alike(name) in people else {*found[:1]}
        return frozenset(word for word in words if len(word) >= _KNOWN)

    def _people(self, accounts: pd.Series, cells: pd.Series) -> pd.Series:
        pairs = zip(accounts, cells, strict=True)
        codes = [self.person(*pair) if isinstance(pair[1], str) else pair[1] for pair in pairs]
        return pd.Series(codes, cells.index, cells.dtype)

    def _called(self, numbers: pd.Series, names: pd.Series) -> pd.Series:
        """The names of companies; who has none keeps none."""
        return pd.Series(map(self.company, numbers), names.index, names.dtype).where(names.notna())

    def _shared(self, subjects: pd.Series, cells: pd.Series) -> pd.Series:
        many = subjects.groupby(cells).nunique()
        texts = [text for text in many.index[many >= SEVERAL] if not self._tells(text)]
        stays = cells.isin(texts)
        return cells.where(stays, replaced(cells, self.words))

    def _tells(self, text: str) -> bool:
        """Whether a text has a word by which somebody is known."""
        return self.text(text) != text or not self._known_words.isdisjoint(_WORD.findall(text))

    def _code(self, kind: str, name: str, length: int = _MANY) -> str:
        if (kind, name) not in self._codes:
            self._codes[kind, name] = name_code(kind, name, length=length)
        return self._codes[kind, name]


def replaced(cells: pd.Series, instead: Callable[[str], str]) -> pd.Series:
    """Cells with something else for each text in them; empty ones stay."""
    found = {text: instead(text) for text in cells.dropna().unique()}
    return cells.map(found).astype(cells.dtype)


def _named(tables: Iterable[tuple[str, pd.DataFrame]], kind: str) -> set[str]:
    columns = columns_that_hold(kind)
    return {
        text
        for name, rows in tables
        for table, column in columns
        if table == name and column in rows
        for text in rows[column].dropna()
    }


def _companies(
    codes: Mapping[str, str], accounts: Mapping[str, str], prospects: Mapping[str, str]
) -> dict[str, str]:
    """What each is called by its number; whose names are the same are called the same.

    So it still shows that two numbers are one company, or that a prospect is an account already.
    """
    found: dict[str, str] = {}
    first: dict[str, str] = {}
    for word, names in ((_("Account {code}"), accounts), (_("Prospect {code}"), prospects)):
        keys = name_key(pd.Series(names, dtype="str"))
        made = {number: word.format(code=codes[number]) for number in names}
        own = pd.Series(made, dtype="str").groupby(keys[keys != ""]).min()
        first = {**own.to_dict(), **first}
        found = {**{n: first.get(keys[n], made[n]) for n in names}, **found}
    return found


def _alike(names: Iterable[str]) -> set[str]:
    return {spelled_alike(name) for name in names}


def _worded(word: str, codes: Mapping[str, str]) -> dict[str, str]:
    return {name: word.format(code=code) for name, code in codes.items()}


def _by_code(tables: Iterable[tuple[str, pd.DataFrame]]) -> dict[str, str]:
    """The name of each of our managers as it is compared, by the number."""
    pairs = _pairs(tables, ("managers", "manager"))
    return {manager: spelled_alike(name) for manager, name in pairs}


def _pairs(
    tables: Iterable[tuple[str, pd.DataFrame]], *of: tuple[str, str]
) -> Iterable[tuple[str, str]]:
    keys = dict(of)
    for table, rows in tables:
        if table in keys and "name" in rows:
            known = rows.dropna(subset=[keys[table], "name"])
            yield from zip(known[keys[table]], known["name"], strict=True)
