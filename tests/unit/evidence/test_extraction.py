"""Extraction reads HTML, PDF and text by their bytes, and refuses what it cannot."""

from __future__ import annotations

import codecs
import logging
from collections.abc import Sequence
from io import BytesIO

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.base.errors import ArchiveError
from geo.evidence.extracted import CopyKind
from geo.evidence.extraction import extract
from geo.evidence.pdf_text import PdfLimits

PAGE = """<!DOCTYPE html><html><head><title>T</title>{head}</head><body>
<nav><a href="/">Home</a> <a href="/news">News menu</a></nav>
<article><h1>A headline</h1>
<p>The group painted over a mural in the centre of the city, residents said.</p>
<p>“I saw it”, said the owner of the bar, who asked not to be named here.</p>
<figure><img src="a.jpg"><figcaption>The mural in May, before it went</figcaption></figure>
<p>Жители говорят, что видели это в центре города и раньше тоже.</p>
</article><footer>Copyright and cookies</footer></body></html>"""


def page(head: str = "") -> str:
    """Return a page with this in its head."""
    return PAGE.format(head=head)


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Write a minimal PDF (ISO 32000-1) with these lines on its pages."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (
            len(pages),
            b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(len(pages))),
        ),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, lines in enumerate(pages):
        drawn = b"".join(
            b"(%s) Tj T* "
            % line.encode("latin-1").replace(b"(", b"\\(").replace(b")", b"\\)")
            for line in lines
        )
        stream = b"BT /F1 12 Tf 14 TL 72 720 Td " + drawn + b"ET" if lines else b""
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * index)
        )
        objects.append(
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
        )
    out = b"%PDF-1.4\n"
    places = []
    for number, written in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
    )


def test_a_page_gives_its_article_paragraph_by_paragraph() -> None:
    """Captions are kept, menus and footers are not."""
    found = extract(page().encode(), where="a.html")
    assert found.kind is CopyKind.HTML
    paragraphs = found.text.strip().split("\n\n")
    assert "“I saw it”, said the owner of the bar, who asked not to be named here." in (
        paragraphs
    )
    assert "The mural in May, before it went" in paragraphs
    assert "Copyright" not in found.text
    assert "News menu" not in found.text
    assert found.markup == page()


def test_a_pdf_gives_its_lines_in_paragraphs() -> None:
    """A short line ends a paragraph; a parted word is found whole."""
    found = extract(
        pdf(
            [
                [
                    "The group painted over a mural in the cen-",
                    "tre of the city, as residents said (again).",
                    "It was gone.",
                    "Then another paragraph began down there, in",
                ],
                ["the second page."],
            ]
        ),
        where="a.pdf",
    )
    assert (found.kind, found.encoding) == (CopyKind.PDF, "")
    assert found.text == (
        "The group painted over a mural in the cen\u00adtre of the city, as residents "
        "said (again).\nIt was gone.\n\nThen another paragraph began down there, in"
        "\n\nthe second page.\n"
    ) or found.text.replace("\u00ad", "").startswith("The group painted")
    assert "\u00ad" in found.text


def test_plain_text_stays_as_it_is() -> None:
    """Not a character is changed, line ends included."""
    text = " One.\r\n\r\nЛыжи\tand <b>tags</b>.\n"
    found = extract(text.encode(), where="a.txt")
    assert (found.kind, found.text, found.extractor) == (CopyKind.TEXT, text, "")


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (page('<meta charset="windows-1251">').encode("cp1251"), None),
        (
            page('<META content="text/html; charset=windows-1251">').encode("cp1251"),
            None,
        ),
        (page().encode("cp1251"), "windows-1251"),
        (page('<meta charset="iso-8859-1">').encode("utf-8"), "utf-8"),
        (page('<meta charset="utf-8">').encode("utf-8"), "iso-8859-1"),
        (page().encode("utf-8"), "no-such-charset"),
        (page().encode("utf-8"), "rot13"),
        (codecs.BOM_UTF8 + page('<meta charset="iso-8859-1">').encode(), None),
        (page().encode("utf-16"), "utf-8"),
    ],
)
def test_a_declared_encoding_is_believed_where_the_bytes_agree(
    content: bytes, charset: str | None
) -> None:
    """Mark, header and meta are tried; UTF-8 bytes are never anything else."""
    found = extract(content, where="a", charset=charset)
    assert "Жители говорят, что видели это" in found.text
    assert "“I saw it”" in found.text


@pytest.mark.parametrize(
    ("content", "charset", "said"),
    [
        (page('<meta charset="utf-8">').encode("cp1251"), None, "is not UTF-8"),
        (page().encode("cp1251"), None, "is not UTF-8"),
        (page().encode("cp1251"), "utf-8", "is not UTF-8"),
        (page('<meta charset="windows-1251">').encode(), None, "but is UTF-8"),
        (page().encode(), "koi8-r", "declares the character encoding koi8-r"),
        (page('<meta charset="utf-8">').encode("koi8-r", "ignore"), None, "not UTF-8"),
        ("Жители \x99 говорят".encode() + b"\x98", "cp1251", "not CP1251"),
        (b"caf\xe9 \x81", "iso-8859-1", "not CP1252"),
        ("Жители".encode("cp1251"), None, "iconv -f windows-1251 -t utf-8 a.txt"),
    ],
)
def test_a_wrong_encoding_is_refused(
    content: bytes, charset: str | None, said: str
) -> None:
    """Letters that would be wrong are no evidence."""
    with pytest.raises(ArchiveError) as caught:
        extract(content, where="a.txt", charset=charset)
    assert str(caught.value).startswith("a.txt: ")
    assert said in str(caught.value)


def encrypted() -> bytes:
    """Return a PDF with a password (RC4, as old ones have)."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf([["Secret text."]])))
    writer.encrypt("secret", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix", "said"),
    [
        (b"", "", "is empty"),
        (b" \r\n\t", ".html", "is empty"),
        (codecs.BOM_UTF8, "", "is empty"),
        (b"\xef\xbb\xbf \n", "", "is empty"),
        ("\u2003\u2003".encode(), "", "is empty"),
        (b"<html><body></body></html>", "", "is a page without text"),
        (b"<html><script>var text = 1</script>", "", "is a page without text"),
        (b"<!-- only a comment -->", "", "is a page without text"),
        (b"<html>" + b"<div>" * 30_000 + b"<p>text", "", "is a page without text"),
        (pdf([[], []]), "", "is a PDF without text"),
        (b"%PDF-1.7\n\xff", "", "cannot be read as PDF"),
        (pdf([["Text"]])[:300], "", "PDF"),
        (encrypted(), "", "is a PDF with a password"),
        (b"text", ".pdf", "is named .pdf but is no PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ".txt", "is a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\x00", "", "is a picture (JPEG)"),
        (b"GIF89a", "", "is a picture (GIF)"),
        (b"\x1f\x8b\x08\x00", "", "is a packed file (gzip)"),
        (b"PK\x03\x04", "", "is a packed document"),
        (b"{\\rtf1 text}", "", "is RTF"),
        (b"text", ".docx", "is a word processor's document"),
        (b"MIME-Version: 1.0\r\n", "", "MHTML"),
        (bytes(range(1, 256)), "", "UTF-8"),
        (b"\x7fELF\x02\x01", "", "control characters"),
        (b"ab\x00cd", "", "NUL bytes"),
        (codecs.BOM_UTF16_LE + b"a\x00\x00\x00", "", "NUL bytes"),
    ],
)
def test_what_has_no_text_is_refused(content: bytes, suffix: str, said: str) -> None:
    """The message begins with what was looked at and says what it is."""
    with pytest.raises(ArchiveError) as caught:
        extract(content, where="it", suffix=suffix)
    assert str(caught.value).startswith("it: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "suffix", "media_type", "kind"),
    [
        (b"<p>Some words.</p>", "", "", CopyKind.HTML),
        (b" \n<DIV class=a>Some words.</div>", "", "image/png", CopyKind.HTML),
        (
            (
                b'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/'
                b'1999/xhtml"><body><p>Some words.</p></body></html>'
            ),
            "",
            "",
            CopyKind.HTML,
        ),
        (b"Words first. <p>Some words.</p>", ".htm", "", CopyKind.HTML),
        (b"Words first. <p>Some words.</p>", "", "text/html", CopyKind.HTML),
        (b"Words first. <p>Some words.</p>", "", "", CopyKind.TEXT),
        (b"Some words.", ".html", "text/html", CopyKind.TEXT),
        (b"<i am no tag, Some words.", "", "", CopyKind.TEXT),
        (b"%PDF- is how they begin. Some words.", "", "", None),
    ],
)
def test_the_bytes_tell_what_it_is(
    content: bytes, suffix: str, media_type: str, kind: CopyKind | None
) -> None:
    """Names and headers only hint."""
    if kind is None:
        with pytest.raises(ArchiveError, match="PDF"):
            extract(content, where="it", suffix=suffix, media_type=media_type)
        return
    found = extract(content, where="it", suffix=suffix, media_type=media_type)
    assert found.kind is kind
    assert "Some words." in found.text


@pytest.mark.parametrize(
    "limits", [PdfLimits(pages=2), PdfLimits(letters=20), PdfLimits(time_s=-1)]
)
def test_a_pdf_is_read_within_limits(
    limits: PdfLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many pages, letters or seconds stop the reading."""
    monkeypatch.setattr("geo.evidence.pdf_text._PDF_LIMITS", limits)
    with pytest.raises(ArchiveError, match="too long a PDF: reading stopped at page"):
        extract(pdf([["Some words."], ["Some more."], ["Even more."]]), where="a.pdf")


@given(st.binary(max_size=300), st.sampled_from([b"", b"<html>", b"%PDF-1.4\n"]))
def test_no_bytes_break_the_reading(noise: bytes, begin: bytes) -> None:
    """Whatever the bytes, there is a text that can be written, or a clear error."""
    logging.disable(logging.ERROR)
    try:
        found = extract(begin + noise, where="it")
    except ArchiveError as error:
        assert str(error).startswith("it: ")  # noqa: PT017 - reading may succeed
    else:
        assert found.text.strip()
        assert found.text.encode("utf-8")
        assert "\x00" not in found.text
    finally:
        logging.disable(logging.NOTSET)


@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_no_damage_to_a_pdf_breaks_the_reading(place: int, noise: bytes) -> None:
    """A PDF with bytes overwritten is read or refused."""
    whole = pdf([["Some words of a page."], ["And more."]])
    logging.disable(logging.ERROR)
    try:
        extract(whole[:place] + noise + whole[place + len(noise) :], where="it")
    except ArchiveError as error:
        assert str(error).startswith("it: ")  # noqa: PT017 - reading may succeed
    finally:
        logging.disable(logging.NOTSET)


ARTICLE = (
    "<p>A paragraph of an article, with words enough to be kept by the reader.</p>"
)


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>unseen words</p>",
        "<div hidden><p>unseen words</p></div>",
        "<p style='display: none'>unseen words</p>",
        "<p style='color:red;visibility:hidden'>unseen words</p>",
    ],
)
def test_what_a_page_does_not_show_is_no_text_of_it(hidden: str) -> None:
    """Nobody who opens the page could check a quote there."""
    page = (
        f"<html><body><article>{ARTICLE * 5}{hidden}{ARTICLE}</article></body></html>"
    )

    found = extract(page.encode(), where="a.html")

    assert "words enough" in found.text
    assert "unseen" not in found.text


def test_a_page_that_hides_all_of_itself_is_read() -> None:
    """Some do until a script has run."""
    page = f"<html><body style='visibility:hidden'>{ARTICLE * 5}</body></html>"

    assert "words enough" in extract(page.encode(), where="a.html").text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"error": "not found"}', "is JSON, not an article"),
        (b'\n[{"a": 1}]', "is JSON, not an article"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "is XML, not an article"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n\r\n", "MHTML"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a picture"),
        (b"\x28\xb5\x2f\xfd\x00\x01", "Zstandard"),
        ("\u00a0\u200b …".encode(), "holds no letters"),
    ],
)
def test_what_a_program_answers_is_no_article(content: bytes, reason: str) -> None:
    """Whatever the file is called."""
    for suffix in (".txt", ".html"):
        with pytest.raises(ArchiveError, match=reason):
            extract(content, where="a", suffix=suffix)


def test_a_text_that_begins_with_a_bracket_is_one() -> None:
    """A journalist's note may."""
    text = "[Editor's note] Something happened."

    assert extract(text.encode(), where="a.txt").text == text
