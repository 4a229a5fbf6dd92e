"""Accessible PDFs joined as they are drawn: what the engine made is renumbered, written at once, and forgotten.

One tree of tags for a thousand letters is some three hundred thousand small objects; read back to be joined, they weigh
over a gigabyte. Here nothing is read back: what stays of an object is its place in the file, nine bytes.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

import pydyf

# Written last, since they name all the others.
CATALOG, PAGES, TREE, DOCUMENT, PARENTS, INFO, _FIRST_FREE = range(1, 8)
_REFERENCE = re.compile(rb"(\d+) 0 R")
# A reader that shows one page unpacks those of its objects, not many more.
OBJECTS_A_STREAM = 500
# A line of the table of places: how it is stored, where, its rank in a stream of objects.
_WIDTHS = (1, 5, 3)
_LINE = sum(_WIDTHS)


class JoinedPdf:
    """`add` each document, then `end`. Each begins on a right-hand page: a blank one follows an odd number of pages.

    Title, language and the mark of PDF/UA are those of the first. Bookmarks and forms are left behind.
    """

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target
        self.places = bytearray()
        self.next = _FIRST_FREE
        self.position = 0
        self.pages: list[bytes] = []
        self.tops: list[bytes] = []
        # Keys by which a page finds its tags: how many so far, and the tables that hold them.
        self.keys = 0
        self.tables: list[bytes] = []
        self.catalog: dict[str, Any] = {}
        self.info: dict[str, Any] = {}
        self._line(b"%PDF-1.7")
        self._line(b"%\xf0\x9f\x96\xa4")

    def add(self, made: pydyf.PDF) -> None:
        """A tagged document. It is emptied: its own file would be worth nothing."""
        tree = made.objects[_number(made.catalog["StructTreeRoot"])]
        document, parents = made.objects[_number(tree["K"][0])], made.objects[_number(tree["ParentTree"])]
        apart = {made.pages.number: PAGES, tree.number: TREE, document.number: DOCUMENT}
        left = {0, made.catalog.number, *apart}
        kept = [one for one in made.objects if one.number not in left]
        moved = apart | {one.number: number for number, one in enumerate(kept, start=self.next)}
        self.next += len(kept)

        self._shift_keys(made, parents)
        self.tables.append(_reference(moved[parents.number]))
        self.pages += [_moved(page, moved) for page in made.page_references]
        self.tops += [_moved(top, moved) for top in document["K"]]
        if not self.catalog:
            self.catalog = {key: _moved(made.catalog[key], moved) for key in ("Lang", "Metadata")}
            self.info = dict(made.info)
        size = made.objects[_number(made.page_references[-1])]["MediaBox"]
        self._write([_renumbered(one, moved) for one in kept])
        made.objects.clear()
        if len(self.pages) % 2:
            self._add_blank_page(size)

    def end(self) -> None:
        pages, tops = pydyf.Array(self.pages), pydyf.Array(self.tops)
        tree = {"Type": "/StructTreeRoot", "K": pydyf.Array([_reference(DOCUMENT)]), "ParentTree": _reference(PARENTS)}
        shown = {"ViewerPreferences": pydyf.Dictionary({"DisplayDocTitle": "true"})}
        tagged = {"MarkInfo": pydyf.Dictionary({"Marked": "true"}), "StructTreeRoot": _reference(TREE)}
        catalog = {"Type": "/Catalog", "Pages": _reference(PAGES)}
        said = {
            CATALOG: catalog | self.catalog | shown | tagged,
            PAGES: {"Type": "/Pages", "Kids": pages, "Count": len(self.pages)},
            TREE: tree | {"ParentTreeNextKey": self.keys},
            DOCUMENT: {"Type": "/StructElem", "S": "/Document", "K": tops, "P": _reference(TREE)},
            PARENTS: {"Kids": pydyf.Array(self.tables)},
            INFO: self.info,
        }
        self._write([_numbered(pydyf.Dictionary(values), number) for number, values in said.items()])
        self._write_places()

    def _shift_keys(self, made: pydyf.PDF, parents: pydyf.Dictionary) -> None:
        """Pages and links say under which key their tags stand: keys go on from one document to the next."""
        for one in made.objects:
            for key in ("StructParents", "StructParent"):
                if isinstance(one, pydyf.Dictionary) and key in one:
                    one[key] += self.keys
        table = parents["Nums"]
        table[::2] = [key + self.keys for key in table[::2]]
        parents["Limits"] = pydyf.Array([table[0], table[-2]])
        self.keys = table[-2] + 1

    def _add_blank_page(self, size: pydyf.Array) -> None:
        nothing = {"Type": "/Page", "Parent": _reference(PAGES), "MediaBox": size, "Resources": pydyf.Dictionary()}
        page = _numbered(pydyf.Dictionary(nothing | {"Tabs": "/S"}), self._free_number())
        self.pages.append(page.reference)
        self._write([page])

    # --- the file -------------------------------------------------------------------------------
    def _write(self, objects: list[pydyf.Object]) -> None:
        for one in objects:
            if not one.compressible:
                self._write_apart(one)
        small = [one for one in objects if one.compressible]
        for start in range(0, len(small), OBJECTS_A_STREAM):
            self._write_together(small[start : start + OBJECTS_A_STREAM])

    def _write_apart(self, one: pydyf.Object) -> None:
        self._place(one.number, 1, self.position, 0)
        self._line(one.indirect)

    def _write_together(self, objects: list[pydyf.Object]) -> None:
        number, index, contents, offset = self._free_number(), [], [], 0
        for rank, one in enumerate(objects):
            content = one.data
            self._place(one.number, 2, number, rank)
            index.append(b"%d %d" % (one.number, offset))
            contents.append(content)
            offset += len(content) + 1
        head = b" ".join(index)
        extra = {"Type": "/ObjStm", "N": len(objects), "First": len(head) + 1}
        self._write_apart(_numbered(pydyf.Stream([head, *contents], extra, compress=True), number))

    def _write_places(self) -> None:
        """The table that ends the file: it stands in itself too."""
        number, position = self._free_number(), self.position
        self._place(number, 1, position, 0)
        extra = {
            "Type": "/XRef",
            "W": pydyf.Array(_WIDTHS),
            "Size": self.next,
            "Root": _reference(CATALOG),
            "Info": _reference(INFO),
        }
        table = pydyf.Stream([bytes(self.places)], extra, compress=True)
        self._line(_numbered(table, number).indirect)
        self._line(b"startxref\n%d\n%%%%EOF" % position)

    def _place(self, number: int, kind: int, where: int, rank: int) -> None:
        start = number * _LINE
        if len(self.places) < start + _LINE:
            self.places.extend(bytes(self.next * _LINE - len(self.places)))
        values = zip((kind, where, rank), _WIDTHS, strict=True)
        self.places[start : start + _LINE] = b"".join(value.to_bytes(width, "big") for value, width in values)

    def _free_number(self) -> int:
        self.next += 1
        return self.next - 1

    def _line(self, content: bytes) -> None:
        self.target.write(content + b"\n")
        self.position += len(content) + 1


# --- references ---------------------------------------------------------------------------------
def _reference(number: int) -> bytes:
    return b"%d 0 R" % number


def _number(reference: bytes) -> int:
    return int(reference.split(b" ", 1)[0])


def _numbered(one: pydyf.Object, number: int) -> pydyf.Object:
    one.number = number
    return one


def _moved(value: Any, numbers: dict[int, int]) -> Any:
    """A value with its references renumbered; texts are objects of their own, and never taken for references."""
    if isinstance(value, bytes):
        found = _REFERENCE.fullmatch(value)
        return _reference(numbers[int(found[1])]) if found else value
    if isinstance(value, dict):
        return pydyf.Dictionary(dict(_moved_items(value, numbers)))
    if isinstance(value, list):
        return pydyf.Array([_moved(one, numbers) for one in value])
    return value


def _moved_items(values: dict[str, Any], numbers: dict[int, int]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        yield key, _moved(value, numbers)


def _renumbered(one: pydyf.Object, numbers: dict[int, int]) -> pydyf.Object:
    if isinstance(one, pydyf.Stream):
        # It carries its own content: only what is said of it changes.
        one.extra = dict(_moved_items(one.extra, numbers))
        return _numbered(one, numbers[one.number])
    return _numbered(_moved(one, numbers), numbers[one.number])
