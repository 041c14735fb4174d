"""The docs: settings as they are, links that lead somewhere, and commands that there are."""

import re
import shlex

import pytest
from typer.main import get_command

from kamlib.cli.commands import app
from kamlib.places import NOTEBOOKS
from kamlib.settings.document import document

ROOT = NOTEBOOKS.parent
PAGES = (ROOT / "README.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_CODE = re.compile(r"`(kam [^`\n]+)`|^(?:.*?&& )?(?:\S*[/\\])?(kam [a-z][^\n]*)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


def test_the_page_of_settings_is_as_the_settings_are():
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == document(), "make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_what_is_there(page):
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    for link in links:
        assert link.startswith("http") or (page.parent / link).exists(), link


def written_commands():
    for page in PAGES:
        for found in _CODE.finditer(page.read_text(encoding="utf-8")):
            text = next(filter(None, found.groups()))
            yield pytest.param(re.split(r"\s[>|&#]|;", text)[0], id=f"{page.stem}: {text[:50]}")


@pytest.mark.parametrize("text", list(written_commands()))
def test_a_written_command_and_its_options_are_there(text):
    _kam, *words = shlex.split(text.replace("\\", "/").replace("…", ""))
    group = get_command(app)
    name = next((word for word in words if not word.startswith("-")), "")
    known = group.commands.get(name) if name else group
    assert known is not None, name
    options = {option for one in (*known.params, *group.params) for option in one.opts}
    for word in words:
        if word.startswith("--"):
            assert word.partition("=")[0] in options, word
