"""The pack of a company whose every name is a payload: nothing runs, calls or is a formula."""

import shutil

import payloads
import pytest
from strangers import browsed, hostile_set, made_of_data, written_pack
from trials import Listener

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="Debian's Chromium is not installed")


@pytest.fixture(scope="module")
def strangers(once_a_run, tmp_path_factory):
    """The pack of the company of strangers, and who was called while it was made."""

    def made(folder):
        listener = Listener()
        pack = written_pack(folder, listener.port, dossiers=1)
        listener.close()
        return pack, listener.calls

    return once_a_run("strangers", made)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_the_pack_is_whole_and_nobody_is_called(strangers):
    pack, calls = strangers
    assert pack.complete, (pack.failures, pack.checks)
    assert calls == []


@in_a_browser
def test_no_script_runs_and_no_request_leaves(strangers, browser):
    seen = browsed(strangers[0].folder, browser)
    assert seen.pages >= 7 and seen.names > 500
    assert (seen.ran, seen.asked, seen.dialogs, seen.links) == ([], [], [], [])


@in_a_browser
def test_the_browser_would_have_seen_them(tmp_path, browser):
    listener = Listener()
    asks = f"<img src=http://127.0.0.1:{listener.port}/x.png>"
    names = "<p>".join(payloads.NAMES[:5])
    (tmp_path / "page.html").write_text(f"<body>{payloads.MARK}{asks}{names}</body>")
    seen = browsed(tmp_path, browser)
    listener.close()
    assert seen.ran and seen.dialogs == [payloads.MARK] and seen.links
    assert f"http://127.0.0.1:{listener.port}/x.png" in seen.asked


def test_no_cell_is_a_formula_or_a_link(strangers):
    assert made_of_data(strangers[0].folder) == []


def test_every_text_of_the_set_is_a_payload():
    text = hostile_set(1)["accounts.csv"].decode()
    assert all(name.split("{port}")[0][:20].split('"')[0] in text for name in payloads.NAMES[:12])
