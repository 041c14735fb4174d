"""The notebook as an analyst uses it: JupyterLab in a browser, a slider moved."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from kamlib import open_book
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz
from kamlib.analysis.abc_xyz.matrix import matrix
from kamlib.pack.notebooks import NOTEBOOKS

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("jupyterlab", reason="JupyterLab is not installed (extra: lab)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's Chromium is not installed")

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
KERNEL_IS_IDLE = (
    "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
    " === 'idle'"
)


@pytest.fixture
def lab(tmp_path):
    """JupyterLab on a copy of the notebooks; its address."""
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path / "lab.log").open("w")
    process = subprocess.Popen(
        [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
            "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password=",
            f"--ServerApp.root_dir={tmp_path / 'notebooks'}",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.news_url=None",
            f"--LabApp.workspaces_dir={tmp_path / 'workspaces'}",
        ],
        stdout=log,
        stderr=log,
        env=_environment(tmp_path),
    )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/api", process, tmp_path / "lab.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _environment(folder: Path) -> dict[str, str]:
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    return {**os.environ, "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}


def _wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
    raise AssertionError(log.read_text())


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_moving_a_cut_off_shows_what_the_analysis_returns_for_it(lab):
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1500, "height": 1100})
        page.goto(f"{lab}/lab/tree/01_abc_xyz.ipynb?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(KERNEL_IS_IDLE, timeout=60_000)
        # Not awaited: the command's promise does not end while widgets are open.
        page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
        slider = page.locator(".kam-explorer-abc-cuts-0 .noUi-handle")
        slider.wait_for(state="attached", timeout=120_000)
        slider.scroll_into_view_if_needed()
        shown = page.locator(".kam-explorer-matrix table")
        first = shown.inner_text()
        slider.focus()
        for _ in range(5):
            slider.press("ArrowLeft")
        page.wait_for_function(
            "before => document.querySelector('.kam-explorer-matrix table').innerText !== before",
            arg=first,
            timeout=30_000,
        )
        page.wait_for_timeout(1500)
        readout = page.locator(".kam-explorer-abc-cuts-0 .widget-readout").inner_text()
        table = shown.inner_text()
        browser.close()
    assert readout == "75%"
    assert _accounts(table) == _expected((0.75, 0.95))
    assert _accounts(first) == _expected((0.80, 0.95))


def _expected(cuts: tuple[float, float]) -> dict[tuple[str, str], int]:
    settings = {"abc": {"cuts": list(cuts)}, "stability": {"resamples": 10}}
    book = open_book("demo", "latest", settings)
    classes = abc_xyz(
        book.months, book.orders, book.accounts, as_of=book.as_of, settings=book.settings
    )
    places = matrix(classes)
    return {(row.abc, row.xyz): row.accounts for row in places.itertuples() if row.accounts}


def _accounts(table: str) -> dict[tuple[str, str], int]:
    """The explorer's matrix as read from the browser: (abc, xyz) to the number of accounts."""
    found = {}
    for line in table.splitlines():
        match = re.match(r"^([ABCD])\t([XYZNL]?)\t([\d,]+)\t", line)
        if match and match[3] != "0":
            found[match[1], match[2]] = int(match[3].replace(",", ""))
    return found
