"""KMZ: a zip archive of a KML document and what it links to.

Documents that lie in the archive are read where they are linked to; nothing else that is
linked to is read, here or elsewhere.
"""

from __future__ import annotations

import posixpath
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote
from zipfile import ZipInfo

from geo.formats.input_file import InputFile, check_wgs84, content
from geo.formats.kml_reading import LINK, parse_kml, read_document
from geo.formats.records import Part
from geo.formats.xml_text import child_of, tag_of, text_of
from geo.formats.zip_archive import checked_members, other_members_told, unpack

_MAIN: Final = "doc.kml"
#: Documents that may link to each other in a row.
_MOST_LINKS: Final = 4


def read(file: InputFile) -> Iterator[Part]:
    """Read the Placemarks of ``doc.kml``, and of documents in the archive it links to.

    Raises
    ------
    DataError
        As :func:`geo.formats.kml_reading.read`, or if the archive is harmful.
    """
    check_wgs84(file, "KMZ")
    members = checked_members(file.path, file.name)
    with tempfile.TemporaryDirectory() as folder:
        package = _Package(
            file, {one.filename: one for one in members}, Path(folder) / "member"
        )
        main = next(name for name in package.members if name.lower() == _MAIN)
        root = package.document(main)
    name = f"{file.name}/{main}"
    warnings = other_members_told(members, package.read, file.name, of=repr(main))
    yield from read_document(root, replace(file, name=name), warnings)


@dataclass(slots=True)
class _Package:
    """An archive whose documents are read one by one.

    Parameters
    ----------
    file
        The archive.
    members
        Its files by name.
    place
        Where one at a time is unpacked.
    read
        The documents that were read, the first of them the main one.
    """

    file: InputFile
    members: dict[str, ZipInfo]
    place: Path
    read: list[str] = field(default_factory=list)

    def document(self, member: str, links: int = 0) -> ET.Element:
        """Return a document with those in it that it links to, as folders."""
        self.read.append(member)
        unpack(self.file.path, self.members[member], self.place, self.file.name)
        name = f"{self.file.name}/{member}"
        root = parse_kml(content(self.place, name), name)
        if links == _MOST_LINKS:
            return root
        for link in [part for part in root.iter() if tag_of(part) == LINK]:
            target = _target(link, member)
            # A document that links back is not read again.
            if target in self.members and target not in self.read:
                link.tag = "Folder"
                link.append(self.document(target, links + 1))
        return root


def _target(link: ET.Element, member: str) -> str:
    """Return the member that a link in another points at; it need not be there."""
    # The second is of version 2.0.
    holder = child_of(link, "Link", "Url")
    where = text_of(child_of(holder, "href")) if holder is not None else ""
    path = unquote(where.partition("#")[0]).replace("\\", "/")
    if not path.lower().endswith(".kml"):
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(member), path))
