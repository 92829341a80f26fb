"""The links in memory. They pass the same contract tests as the adapter."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bokabridge.usersync.link import Link


class InMemoryLinks:
    """LinkStore in a dict. `saved` counts the links that were saved."""

    def __init__(self) -> None:
        self._links: dict[tuple[str, str], Link] = {}
        self.saved = 0

    def existing(self, company_id: str, user_keys: Collection[str]) -> Mapping[str, Link]:
        """See LinkStore."""
        links = {key: self._links.get((company_id, key)) for key in user_keys}
        return {key: link for key, link in links.items() if link is not None}

    def relatives(self, company_id: str, recognitions: Collection[str]) -> Mapping[str, Sequence[Link]]:
        """See LinkStore."""
        found: dict[str, list[Link]] = {}
        for (company, _), link in self._links.items():
            if company == company_id and link.recognition in recognitions and not link.is_vacant:
                found.setdefault(link.recognition or "", []).append(link)
        return found

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        """See LinkStore."""
        for link in links:
            self._links[company_id, link.user_key] = link
            self.saved += 1

    def move(self, company_id: str, link: Link, vacated: Link) -> None:
        """See LinkStore."""
        self.save(company_id, [link, vacated])

    def all(self, company_id: str) -> Iterable[Link]:
        """See LinkStore."""
        return [link for (company, _), link in self._links.items() if company == company_id]

    def any_exist(self, company_id: str) -> bool:
        """See LinkStore."""
        return any(company == company_id for company, _ in self._links)
