"""The walk through a story in Chromium: in the app, and in a site opened from a disk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

sys.path.insert(0, str(Path(__file__).parent))

from conftest import served
from test_site import hosted

from geo.atlas import atlas
from geo.base.paths import DATA
from geo.commands.cli import main
from geo.publish.stories import read_story, story_file

STORY: Final = "how-the-pressure-grew"
SIZES: Final = {"desktop": (1440, 900), "phone": (390, 844)}
#: Stops that the tests name: the attacks, the bar, Ilya Zernov, a filter.
ATTACKS, BAR, ZERNOV, FILTER = 7, 8, 9, 10


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Publish the map of the project; give the address of its story on the disk."""
    output = tmp_path_factory.mktemp("published") / "site"
    done = CliRunner().invoke(main, ["publish", str(DATA), "--output", str(output)])
    assert done.exit_code == 0, done.output
    return (output / "story" / f"{STORY}.html").as_uri()


@pytest.fixture(params=["app", "disk"])
def story(request: pytest.FixtureRequest) -> str:
    """Give the address of the story, from a server and from a disk."""
    if request.param == "disk":
        return str(request.getfixturevalue("published"))
    return f"{request.getfixturevalue('site')}/story/{STORY}"


@contextmanager
def opened(
    browser: Browser, address: str, size: str = "desktop", **options: object
) -> Iterator[Page]:
    """Give a page that fails on an error of a script."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        is_mobile=size == "phone",
        has_touch=size == "phone",
        **options,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert errors == []


def beside(page: Page) -> FrameLocator:
    """Return the map's frame."""
    return page.frame_locator(".beside iframe")


def lit_at(page: Page, number: int) -> None:
    """Wait until a stop is stood at, and just its incidents are lit on the map."""
    file = story_file(DATA, STORY)
    assert file is not None
    stops = [stop for step in read_story(file).steps for stop in step.stops]
    expect(current(page)).to_have_attribute("id", f"stop-{number}")
    named = stops[number - 1].incidents
    features = atlas().engine.features_of(named)
    lit = " ".join(name for name in named if features[name]["geometry"])
    expect(beside(page).locator("body")).to_have_attribute("data-lit", lit)
    expect(page.locator(".turns span")).to_have_text(f"{number} of {len(stops)}")


def current(page: Page) -> Locator:
    """Return the stop that is stood at."""
    return page.locator(".stop[aria-current='step']")


def swipe(page: Page, by: int) -> None:
    """Draw a finger over the text, so many pixels to the right."""
    start = 300 if by < 0 else 80
    draw(page, (start, 600), (start + by, 600))


def draw(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw a finger over the page, from a point to another."""
    line = page.context.new_cdp_session(page)
    points = [
        tuple(
            one + (other - one) * step / 4
            for one, other in zip(start, end, strict=True)
        )
        for step in range(5)
    ]
    for number, (x, y) in enumerate(points):
        kind = "touchMove" if number else "touchStart"
        touched = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        line.send("Input.dispatchTouchEvent", touched)
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def scroll(page: Page, by: int, size: str = "desktop") -> None:
    """Scroll the text by hand, so many pixels down: with a wheel, or with a finger."""
    if size == "phone":
        draw(page, (195, 600), (195, 600 - by))
    else:
        page.mouse.move(200, 700)
        page.mouse.wheel(0, by)


@pytest.mark.parametrize("size", SIZES)
def test_buttons_and_keys_walk_forward_and_back(
    browser: Browser, story: str, size: str
) -> None:
    """The map lights what each stop rests on, and the address keeps the stop."""
    with opened(browser, story, size) as page:
        lit_at(page, 1)
        on = page.get_by_role("button", name="Next")
        back = page.get_by_role("button", name="Previous")
        expect(back).to_have_attribute("aria-disabled", "true")
        on.click()
        lit_at(page, 2)
        expect(beside(page).locator("main")).to_contain_text(
            "1 named in the text has no place on the map"
        )
        page.keyboard.press("ArrowRight")
        lit_at(page, 3)
        page.keyboard.press("ArrowLeft")
        lit_at(page, 2)
        assert page.url.endswith("#stop-2")
        back.click()
        lit_at(page, 1)
        back.click(force=True)
        lit_at(page, 1)
        for button in (on, back):
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44


@pytest.mark.parametrize("size", SIZES)
def test_scrolling_walks_from_the_first_stop_to_the_last(
    browser: Browser, story: str, size: str
) -> None:
    """Each stop comes to the line of reading in turn, and the map follows at rest."""
    with opened(browser, story, size) as page:
        lit_at(page, 1)
        scroll(page, 40, size)
        # The rest of the way in steps, so that no stop is passed between two frames.
        seen = page.evaluate(
            """async () => {
                const seen = [1], root = document.documentElement;
                while (root.scrollTop + window.innerHeight < root.scrollHeight - 1) {
                    root.scrollTop += 25;
                    for (let frame = 0; frame < 2; frame += 1) {
                        await new Promise(requestAnimationFrame);
                    }
                    const { id } = document.querySelector(".stop[aria-current]");
                    const number = Number(id.split("-")[1]);
                    if (number !== seen.at(-1)) seen.push(number);
                }
                return seen;
            }"""
        )
        assert seen == list(range(1, 15))
        lit_at(page, 14)
        assert page.url.endswith("#stop-14")
        expect(page.get_by_role("status")).to_be_empty()
        for _ in range(60):
            scroll(page, -180, size)
        lit_at(page, 1)


@pytest.mark.parametrize("size", SIZES)
def test_what_a_button_scrolls_does_not_walk(
    browser: Browser, story: str, size: str
) -> None:
    """It goes from stop to stop without one between; a nudge by hand leaves it there."""
    with opened(browser, f"{story}#stop-{ATTACKS}", size) as page:
        lit_at(page, ATTACKS)
        page.evaluate(
            """() => {
                window.stoodAt = [];
                new MutationObserver((changes) => changes.forEach(({ target }) => {
                    if (target.ariaCurrent) window.stoodAt.push(target.id);
                })).observe(document.querySelector("main"),
                    { subtree: true, attributeFilter: ["aria-current"] });
            }"""
        )
        for number in (BAR, ZERNOV, FILTER):
            page.get_by_role("button", name="Next").click()
            lit_at(page, number)
            page.wait_for_timeout(1_000)
            expect(current(page)).to_be_in_viewport(ratio=1)
            scroll(page, 4, size)
            scroll(page, -4, size)
            page.wait_for_timeout(400)
        assert page.evaluate("window.stoodAt") == [
            f"stop-{number}" for number in (BAR, ZERNOV, FILTER)
        ]


def test_a_reader_in_a_hurry_arrives(browser: Browser, story: str) -> None:
    """Also while the map is still being loaded; what was asked for last is lit."""
    with opened(browser, story) as page:
        for _ in range(BAR):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        lit_at(page, BAR)
        for _ in range(20):
            page.keyboard.press("ArrowRight")
        for _ in range(14 - ATTACKS):
            page.keyboard.press("ArrowLeft")
        lit_at(page, ATTACKS)


@pytest.mark.parametrize(
    "asked", ["category=nonsense", "view=a/b/c&lit=never", "lit=%00"]
)
def test_a_map_that_is_asked_for_nonsense_says_so_or_shows_itself(
    browser: Browser, site: str, asked: str
) -> None:
    """Whoever shows it in a frame may write anything behind the sign."""
    with opened(browser, f"{site}/embed#walk=yes&{asked}") as page:
        expect(page.locator("body")).to_have_attribute("data-lit", "")
        expect(page.locator(".incident-marker.named")).to_have_count(0)


def test_a_swipe_walks_too(browser: Browser, story: str) -> None:
    """To the left onwards, to the right back; up and down only scrolls."""
    with opened(browser, f"{story}#stop-{ATTACKS}", "phone") as page:
        lit_at(page, ATTACKS)
        swipe(page, -200)
        lit_at(page, BAR)
        swipe(page, 200)
        lit_at(page, ATTACKS)
        swipe(page, -30)
        lit_at(page, ATTACKS)


@pytest.mark.parametrize("size", SIZES)
def test_a_shared_address_opens_at_its_stop(
    browser: Browser, story: str, size: str
) -> None:
    """With its words in sight, beside or below a map on which they are lit."""
    with opened(browser, f"{story}#stop-{BAR}", size) as page:
        lit_at(page, BAR)
        expect(current(page)).to_contain_text("stormed a bar")
        expect(current(page)).to_be_in_viewport(ratio=1)
        marker = beside(page).locator(".incident-marker.named")
        expect(marker).to_have_count(1)
        expect(marker).to_have_attribute(
            "aria-label",
            "Attack. Raid on a bar during an antiwar group’s meeting. "
            "December 2022. Reported.",
        )
        expect(marker).to_be_in_viewport()


def test_a_link_in_the_words_opens_the_record_beside_them(
    browser: Browser, story: str
) -> None:
    """Who denies it stands in it; the next stop puts it away, and back it opens anew."""
    with opened(browser, f"{story}#stop-{ZERNOV}") as page:
        lit_at(page, ZERNOV)
        record = beside(page).locator(".panel .record")
        for _ in range(2):
            current(page).get_by_role("link", name="believes").click()
            expect(record).to_contain_text("Denied by Misa Vacic (any part in it)")
            beside(page).get_by_role("button", name="Back to the map").click()
            expect(record).to_have_count(0)
        current(page).get_by_role("link", name="believes").click()
        expect(record).to_be_visible()
        page.keyboard.press("Escape")
        expect(record).to_have_count(0)
        current(page).get_by_role("link", name="believes").click()
        expect(record).to_be_visible()
        page.get_by_role("button", name="Next").click()
        expect(record).to_have_count(0)


def test_what_is_known_roughly_is_not_marked_close_up(
    browser: Browser, story: str
) -> None:
    """As everywhere on the map; it is said instead, until the view is wide again."""
    with opened(browser, f"{story}#stop-{BAR}") as page:
        lit_at(page, BAR)
        frame, marker = beside(page), beside(page).locator(".incident-marker.named")
        for _ in range(3):
            frame.get_by_role("button", name="Zoom in").click()
            page.wait_for_timeout(500)
        expect(marker).to_have_count(0)
        expect(frame.locator(".unlit")).to_have_text(
            "1 named in the text is known too roughly to be marked this close."
        )
        for _ in range(3):
            frame.get_by_role("button", name="Zoom out").click()
            page.wait_for_timeout(500)
        expect(marker).to_have_count(1)
        expect(frame.locator(".unlit")).to_be_hidden()


def test_several_at_one_point_are_listed(browser: Browser, story: str) -> None:
    """A click on their marker tells which, and leads to each and back."""
    with opened(browser, f"{story}#stop-{ZERNOV}", "phone") as page:
        lit_at(page, ZERNOV)
        panel = beside(page).locator(".panel")
        beside(page).locator(".incident-marker.named").click()
        expect(panel).to_contain_text("Named in the text")
        panel.get_by_role("button", name="Attack on Ilya Zernov").click()
        expect(panel).to_contain_text("Denied by Misa Vacic (any part in it)")
        panel.get_by_role("button", name="Back to this place").click()
        expect(panel.locator(".of-place li")).to_have_count(3)
        page.get_by_role("button", name="Previous").click()
        expect(panel).to_be_hidden()


def test_a_stop_with_a_filter_shows_what_it_finds(browser: Browser, story: str) -> None:
    """And the next without one shows all again."""
    with opened(browser, f"{story}#stop-{FILTER}") as page:
        body = beside(page).locator("body")
        expect(body).to_have_attribute("data-painted", "3")
        page.keyboard.press("ArrowLeft")
        expect(body).to_have_attribute("data-painted", "60")
        page.get_by_role("link", name="See the attacks on the map").click()
        expect(body).to_have_attribute("data-painted", "3")
        assert page.url.endswith(f"#stop-{FILTER}")


def test_readers_who_listen_hear_the_words_and_keep_their_place(
    browser: Browser, story: str
) -> None:
    """The focus stays where it was; what is said is the stop that has been reached."""
    with opened(browser, f"{story}#stop-{ATTACKS}") as page:
        on = page.get_by_role("button", name="Next")
        on.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(
            "8 of 14. Attacks. In December 2022"
        )
        expect(on).to_be_focused()


def test_whoever_wants_less_motion_gets_none(browser: Browser, story: str) -> None:
    """The words are at their place at once."""
    address = f"{story}#stop-{ATTACKS}"
    with opened(browser, address, "phone", reduced_motion="reduce") as page:
        lit_at(page, ATTACKS)
        tops = page.evaluate(
            """() => {
                document.querySelector(".turns button:last-of-type").click();
                const stop = document.querySelector(".stop[aria-current]");
                return stop.getBoundingClientRect().top;
            }"""
        )
        assert 0 < tops < 844


def test_without_scripts_it_is_a_text_with_links(browser: Browser, story: str) -> None:
    """No button, no empty frame."""
    with opened(browser, story, java_script_enabled=False) as page:
        expect(page.locator("iframe, button:visible, .beside:visible")).to_have_count(0)
        link = page.get_by_role("link", name="stormed a bar")
        assert "incident/belgrade-bar-raid" in (link.get_attribute("href") or "")
        page.get_by_role("link", name="All stories").click()
        expect(page.locator("main")).to_contain_text("Everything here rests on")
        page.get_by_role("link", name="How the pressure").click()
        expect(page.locator("main")).to_contain_text("stormed a bar")


def test_a_story_is_linked_from_the_map(browser: Browser, site: str) -> None:
    """In the app; the map of a site names it among its pages."""
    with opened(browser, site) as page:
        page.get_by_role("link", name="Stories").click()
        expect(page.get_by_role("heading", name="Stories")).to_be_visible()


def test_a_site_names_its_stories_beside_the_map(
    browser: Browser, published: str
) -> None:
    """Opened from a disk."""
    with opened(browser, published.replace(f"story/{STORY}", "index")) as page:
        page.get_by_role("link", name="Stories").click()
        page.get_by_role("link", name="How the pressure").click()
        lit_at(page, 1)


def test_another_page_shows_a_story_in_a_frame(
    browser: Browser, tmp_path: Path
) -> None:
    """Where the map lets it; links that lead away open beside the article."""
    article = tmp_path / "article.html"
    with served(INCIDENTS_EMBED="anywhere") as app:
        article.write_text(
            f'<iframe src="{app}/embed?story={STORY}" title="Story" '
            'style="width:700px;height:600px"></iframe>',
            encoding="utf-8",
        )
        with (
            hosted(tmp_path) as other,
            opened(browser, f"{other}/article.html") as page,
        ):
            walk = page.frame_locator("iframe[title='Story']")
            walk.get_by_role("button", name="Next").click()
            expect(
                walk.frame_locator(".beside iframe").locator("body")
            ).to_have_attribute("data-lit", "belgrade-seminar-recordings")
            page.mouse.move(300, 450)
            for _ in range(20):
                page.mouse.wheel(0, 600)
            expect(walk.locator(".turns span")).to_have_text("14 of 14")
            away = walk.get_by_role("link", name="Raid on a bar")
            expect(away).to_have_attribute("target", "_blank")
