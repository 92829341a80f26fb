"""The model's people, and the two Axema systems that list them in pages.

The first name says who somebody is: no two people share one. Both systems use the same user ids, for other people.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from bokabridge.customers.person import Person
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.people import AxemaUser, BrokenRecord, NoText, Record, UserPage

FIRST_NAMES = (("Anna", "Annika"), ("Bo", "Birger"), ("Cia", "Camilla"), ("Dan", "Dennis"))
LAST_NAMES = ("Berg", "Öberg", "von Lund")
STRANGER = "Zoe"
WHO = {name: who for who, names in enumerate(FIRST_NAMES) for name in names} | {STRANGER: -1}

SYSTEMS = (VakaOnline("device-one", "client"), VakaOnline("device-two", "client"))

CHANGES = (
    *("rename", "email", "phone", "move", "leave", "leave", "join", "double", "double", "repeat", "break"),
    *("rejoin", "grow", "shrink", "swap"),
)
MAX_LIST_PAGES = 4
"""A list that goes on after three pages in a row without a new user counts as one without an end (guards.py)."""

ENDLESS = ("circle", "circle of two", "same people", "empty pages", "itself")


@dataclass(frozen=True)
class Entry:
    """One record in a list. A twin has another last name than the person's own record."""

    who: int
    is_twin: bool = False
    is_broken: bool = False


class ModelSystem:
    """One Axema system: pages of entries, and what each person's record says."""

    def __init__(self, number: int) -> None:
        self.people = {who: Person(names[0], LAST_NAMES[0], _email(who, 0)) for who, names in enumerate(FIRST_NAMES)}
        self.phones: dict[int, str | NoText | None] = dict.fromkeys(self.people, NoText.Absent)
        self.pages = [[Entry(0), Entry(1)], [Entry(2)]]
        self.endless: str | None = None
        self._number = number
        self._renewed: dict[int, int] = defaultdict(int)

    def user_id(self, who: int) -> str:
        return f"u{(who + self._number) % len(FIRST_NAMES)}" + "x" * self._renewed[who]

    def person(self, entry: Entry) -> Person:
        """What a customer must be after a sync of this entry."""
        phone, person = self.phones[entry.who], self.people[entry.who]
        absent = frozenset(["phone"] if phone is NoText.Absent else [])
        last_name = "Tvilling" if entry.is_twin else person.last_name
        return replace(person, last_name=last_name, phone=phone if isinstance(phone, str) else None, absent=absent)

    def record(self, entry: Entry) -> Record:
        if entry.is_broken:
            return BrokenRecord(self.user_id(entry.who), "The record is broken.")
        person, phone = self.person(entry), self.phones[entry.who]
        spelled = f"\u200b{person.last_name},  {person.first_name}\u00ad "
        email = person.email.upper() if person.email else None
        spelled_phone = phone.replace("+46", "0", 1) if isinstance(phone, str) else phone
        return AxemaUser(self.user_id(entry.who), spelled, email, spelled_phone)

    def usable(self) -> dict[int, list[Person]]:
        """The possible contents of each person's customer."""
        found: dict[int, list[Person]] = defaultdict(list)
        for entry in self.entries():
            if not entry.is_broken:
                found[entry.who].append(self.person(entry))
        return found

    def entries(self) -> list[Entry]:
        return [entry for page in self.pages for entry in page]

    def fetch(self, cursor: str | None) -> UserPage:
        at, count = int(cursor or 0), len(self.pages)
        records = [self.record(entry) for entry in (self.pages[at] if at < count else [])]
        match self.endless:
            case None:
                return UserPage(records, str(at + 1) if at + 1 < count else None)
            case "circle":
                return UserPage(records, str((at + 1) % count))
            case "circle of two":
                return UserPage(records, str(1 - at % 2))
            case "same people":
                return UserPage([self.record(entry) for entry in self.pages[at % count]], str(at + 1))
            case "empty pages":
                return UserPage(records, str(at + 1))
            case _:
                return UserPage(records, str(min(at + 1, count)))

    def change(self, change: str, who: int, number: int) -> None:
        """One event in the list. Without the entry that it is about, nothing happens."""
        own = [entry for entry in self.entries() if entry.who == who]
        page = self.pages[number % len(self.pages)]
        match change:
            case "rename":
                first_name, last_name = FIRST_NAMES[who][number // 2 % 2], LAST_NAMES[(number + 1) % 3]
                self.people[who] = replace(self.people[who], first_name=first_name, last_name=last_name)
            case "email":
                self.people[who] = replace(self.people[who], email=_email(who, number))
            case "phone":
                self.phones[who] = (f"+467017406{who}1", None, NoText.Absent, f"+467017406{who}2")[number]
            case "join" if not own:
                page.append(Entry(who))
            case "leave":
                self._remove(own if number % 2 else own[:1])
            case "rejoin":
                self._renewed[who] += 1
            case "move" if own:
                self._remove(own[:1])
                page.append(own[0])
            case "double" | "repeat" if own and len(own) < 3:
                page.append(Entry(who, is_twin=change == "double"))
            case "break" if own:
                broken = replace(own[0], is_broken=not own[0].is_broken)
                self.pages = [[broken if entry == own[0] else entry for entry in page] for page in self.pages]
            case _:
                self._change_pages(change, number % len(self.pages))

    def _remove(self, entries: list[Entry]) -> None:
        for page in self.pages:
            page[:] = [entry for entry in page if entry not in entries]

    def _change_pages(self, change: str, at: int) -> None:
        match change:
            case "grow" if len(self.pages) < MAX_LIST_PAGES:
                self.pages.insert(at, [])
            case "shrink" if len(self.pages) > 1:
                page = self.pages.pop(at)
                self.pages[at - 1 if at else 0] += page
            case "swap":
                self.pages[0], self.pages[at] = self.pages[at], self.pages[0]


def _email(who: int, number: int) -> str | None:
    return (f"{who}@example.com", "family@example.com", None, f"{who}.new@example.com")[number]


class ModelSource:
    """SourceFactory over the model's systems. `before_fetch` may raise what a source may raise."""

    def __init__(self, before_fetch: Callable[[], None]) -> None:
        self.systems = {connection.system: ModelSystem(at) for at, connection in enumerate(SYSTEMS)}
        self.histories = Histories()
        self._before_fetch = before_fetch

    def connect(self, settings: AxemaSettings, _seconds: float | None = None) -> "ConnectedSource":
        return ConnectedSource(self.systems[settings.connection.system], self.histories, self._before_fetch)


@dataclass
class ConnectedSource:
    """AxemaSource. A connection, which goes on reading the same system when the settings change."""

    system: ModelSystem
    histories: "Histories"
    before_fetch: Callable[[], None]

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        self.before_fetch()
        for entry in self.system.entries():
            self.histories.add(self.system.person(entry))
        return self.system.fetch(cursor)


class Histories:
    """All that each person's record ever said, in any system and in the booking system."""

    def __init__(self) -> None:
        self._values: dict[int, set[tuple[str, str | None]]] = defaultdict(set)

    def add(self, person: Person) -> None:
        self._values[WHO[person.first_name]] |= set(person.written().items())

    def knows(self, person: Person) -> bool:
        allowed = self._values[WHO[person.first_name]] | {("phone", None), ("email", None)}
        return set(person.written().items()) <= allowed
