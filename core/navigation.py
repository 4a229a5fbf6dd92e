"""What the frame shows around a page: navigation by task, and the few addresses it needs.

Filled by `config.navigation`, the only place that knows every application.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class NavItem:
    """One entry; `short` is its name where room is short. `count` is called when the page is drawn; `hot` says that the
    count asks for a hand today; `phone` is its side in a phone’s bar, "left" or "right" of the gesture."""

    label: str
    url: str
    icon: str = ""
    count: Callable[[], int | None] | None = None
    hot: bool = False
    current: bool = False
    here: bool = False
    phone: str = ""
    short: str = ""
    children: Sequence["NavItem"] = ()

    @property
    def aria_current(self) -> str:
        """The page itself, or only the part of the site it belongs to."""
        return "page" if self.here else ("true" if self.current else "")


@dataclass(frozen=True)
class StructureChoice:
    """A structure the person may narrow the product to."""

    pk: int | str
    name: str
    current: bool = False


@dataclass(frozen=True)
class Frame:
    """Everything the layout asks for, so that no template guesses a name. An empty address hides its control."""

    theme: str = "auto"
    person: str = ""
    place: str = ""
    home_url: str = "/"
    search_url: str = ""
    suggest_url: str = ""
    note_url: str = ""
    note_label: str = ""
    help_url: str = ""
    theme_url: str = ""
    structure_url: str = ""
    account_links: Sequence[NavItem] = ()
    sign_out_url: str = ""
    structures: Sequence[StructureChoice] = field(default_factory=tuple)
    demo: bool = False

    @property
    def layout(self) -> str:
        """The layout of a page that everybody may land on, an error for one."""
        return "layout/base.html" if self.person else "layout/public.html"

    @property
    def all_structures(self) -> bool:
        return not any(structure.current for structure in self.structures)
