"""A company's connection to its Axema system."""

from dataclasses import dataclass

from bokabridge.usersync.people import NameOrder


@dataclass(frozen=True, slots=True)
class AxemaSettings:
    """How to reach a company's VAKA system through VAKA Online. The secrets are elsewhere."""

    company_id: str
    device_id: str
    name_order: NameOrder = NameOrder.LastFirst


@dataclass(frozen=True, slots=True, repr=False)
class AxemaSecret:
    """The credentials of one company's VAKA Online integration. Without a repr, so that no log can show it."""

    client_id: str
    client_secret: str
    api_key: str
