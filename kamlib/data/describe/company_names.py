"""Names of companies: what is left by which the same one is found again."""

import pandas as pd

# Letters of their own that accents alone do not explain; German umlauts as if written out.
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ł": "l",
     "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'", "＆": "&"}
)  # fmt: skip
_AND = r"\b(?:and|und|et|en|og|och|и)\b|和"
# Without dots and accents, as they stand once the name has been made plain; the long ones first.
_PHRASES = (
    *("общество с ограниченнои ответственностью", "акционерное общество"),
    *("spolka z ograniczona odpowiedzialnoscia", "limited liability company"),
    *("ug haftungsbeschraenkt", "sp z oo", "sp k", "sp j", "sa de cv", "sdn bhd", "pty ltd"),
)
_RUSSIAN_FORMS = ("ооо", "ао", "зао", "пао", "оао", "нао", "ип", "тоо")
_FORMS = (
    # German, Dutch, Belgian, French
    *("gmbh", "ggmbh", "mbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "ek", "ev", "se", "co"),
    *("cie", "company", "bv", "nv", "vof", "bvba", "sprl", "sa", "sas", "sasu", "sarl", "eurl"),
    # Nordic and Baltic
    *("ab", "as", "asa", "aps", "oy", "oyj", "hf", "ehf", "uab", "sia", "oue"),
    # English
    *("ltd", "limited", "plc", "llp", "llc", "lp", "inc", "incorporated", "corp", "corporation"),
    *("pte", "pvt"),
    # Italian, Spanish, Polish, Czech, Hungarian and others
    *("spa", "srl", "srls", "sl", "slu", "ltda", "spzoo", "sro", "doo", "kft", "zrt"),
    *_RUSSIAN_FORMS,
)
_FORM = "|".join([*_PHRASES, *_FORMS])
_LAST_FORMS = rf"(?:\s*\b(?:{_FORM})\b)+\s*$"
_FIRST_FORMS = rf"^\s*(?:(?:{'|'.join((*_PHRASES[:2], *_RUSSIAN_FORMS))})\b\s*)+"
_CHINESE_FORMS = r"(?:股份有限公司|有限责任公司|有限公司|股份公司|公司|株式会社)\s*$"
_INVISIBLE = "[\u00ad\u200b-\u200d\u2060\ufeff]"
_PUNCTUATION = r"[\s.,;:·・\"'’‘“”„«»`´()\[\]{}<>《》【】、。_-]+"
_HAN = "\u3040-\u30ff\u3400-\u9fff"
_BESIDE_HAN = f"(?<=[{_HAN}]) | (?=[{_HAN}])"


def name_key(names: pd.Series) -> pd.Series:
    """What is left of company names by which the same company is found again.

    Case, accents, punctuation, "and" in any language and legal forms at the end (Russian ones
    at the start too) are taken away; "ü" counts as "ue".

    >>> name_key(pd.Series(["Müller & Sohn GmbH & Co. KG", "MUELLER und Sohn GmbH", "AG"])).tolist()
    ['mueller sohn', 'mueller sohn', '']

    Parameters
    ----------
    names
        Company names as written; missing ones allowed.

    Returns
    -------
    ``name_key`` with the same index: "" where nothing is left.
    """
    written = names.astype("str").fillna("")
    plain = pd.Series(written.unique(), dtype="str")
    key = plain.str.normalize("NFKC").str.casefold().str.translate(_LETTERS)
    key = key.str.normalize("NFKD").str.replace(r"[\u0300-\u036f']", "", regex=True)
    key = key.str.replace(r"\b(\w)[./]\s*(?=\w\b)", r"\1", regex=True)
    key = key.str.replace("&", " and ").str.replace("+", " and ")
    key = key.str.replace(r"[\W_]+", " ", regex=True)
    key = key.str.replace(_AND, " ", regex=True).str.split().str.join(" ")
    key = key.str.replace(_FIRST_FORMS, "", regex=True)
    key = key.str.replace(_LAST_FORMS, "", regex=True)
    key = key.str.replace(_CHINESE_FORMS, "", regex=True).str.strip()
    found = written.map(dict(zip(plain, key, strict=True)))
    return found.astype("str").rename("name_key")


def spelling_key(names: pd.Series) -> pd.Series:
    """What is left of names once case, blanks and punctuation are taken away.

    Two names with the same key are the same name written in two ways; legal forms, accents and
    words stay.

    >>> spelling_key(pd.Series(["IVY  Parts.", "中科（ 杭州）", "中科(杭州)"])).tolist()
    ['ivy parts', '中科杭州', '中科杭州']

    Parameters
    ----------
    names
        Names as written; missing ones allowed.

    Returns
    -------
    ``spelling_key`` with the same index: "" where nothing is left.
    """
    key = names.astype("str").fillna("").str.normalize("NFKC").str.casefold()
    key = key.str.replace(_INVISIBLE, "", regex=True)
    key = key.str.replace(_PUNCTUATION, " ", regex=True).str.split().str.join(" ")
    key = key.str.replace(_BESIDE_HAN, "", regex=True)
    return key.astype("str").rename("spelling_key")
