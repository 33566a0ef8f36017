"""What Streamlit's own Markdown makes of a text that is to be shown to the letter."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent))

from tests.serving import ROOT, START_TIMEOUT_S, free_port

PIECES = (
    *(":", ":smile:", ":material/home:", ":material_home:", ":red[", ":red", ":small["),
    *(
        ":color[",
        ":help[",
        ":streamlit:",
        ":blue-badge[",
        ":+1:",
        "::x[",
        ":::",
        "{a=b}",
    ),
    *("$", "$a$", "$$", "`", "``", "*", "**", "_", "__", "~", "~~", "|", "^", "[^1]"),
    *("[", "](", "(http://a.b)", "![", "<http://x.org>", "http://x.org", "www.x.org"),
    *("WWW.x.org", "a@b.co", "mailto:a@b.co", "xmpp:a@b.co/c", "ftp://x.org", "@media"),
    *(
        "<",
        "<b>",
        "</b>",
        "<img src=x>",
        "<!--",
        "-->",
        "&amp;",
        "&#58;",
        "\\",
        "{",
        "}",
    ),
    *("---", "# ", "- ", "1. ", "1) ", "+ ", "===", "[ ] ", "> ", "    ", "\n", "\n\n"),
    *(" -> ", " <-> ", " >= ", " -- ", "<=", "~=", "->", "=", "!", ".", ",", "'", '"'),
    *("x", " ", "12:30", "2023-12-18", "“q”", "é", "日本", "Привет"),
)
#: What a text shown to the letter is made of: nothing else is drawn.
SHOWN = """(number) => ["block", "label"].map((kind) => {
  const box = document.querySelector(`.st-key-${kind}_${number} [data-testid='stMarkdownContainer']`);
  const other = [...box.querySelectorAll(":not(p, span)"), ...box.querySelectorAll("[style], [class]")];
  return [box.innerText, other.map((node) => node.outerHTML)];
})"""


def texts() -> list[str]:
    """Return each piece alone and many mixtures, always the same."""
    chance = random.Random(7)  # noqa: S311 - test data, not secrets
    mixed = [
        "".join(chance.choices(PIECES, k=chance.randint(2, 7))) for _ in range(200)
    ]
    return [text for text in (*PIECES, *mixed) if text.strip()]


@pytest.fixture
def page_of_texts(tmp_path: Path) -> Iterator[str]:
    """Serve the texts on a page of Streamlit; give its address."""
    listed = tmp_path / "texts.json"
    listed.write_text(json.dumps(texts()), encoding="utf-8")
    port = free_port()
    page = Path(__file__).with_name("markdown_page.py")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(page), f"--server.port={port}"],
        cwd=ROOT,
        env={**os.environ, "TEXTS": str(listed), "PYTHONPATH": str(ROOT)},
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_TIMEOUT_S
    try:
        while True:
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310 - our own server
                    break
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                assert time.monotonic() < deadline, "Streamlit did not start"
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_any_text_is_shown_to_the_letter(browser: Browser, page_of_texts: str) -> None:
    """As a block and as a label: no link, icon, arrow, colour or formula is made."""
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.goto(page_of_texts)
    last = f".st-key-label_{len(texts()) - 1} [data-testid='stMarkdownContainer']"
    page.locator(last).wait_for(state="attached")
    wrong = []
    for number, text in enumerate(texts()):
        wanted = re.sub(r"\s+", " ", text).strip()
        for shown, other in page.evaluate(SHOWN, number):
            if shown != wanted or other:
                wrong.append((wanted, shown, other))
    page.close()

    assert wrong == []
