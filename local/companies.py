"""The demo's companies. The companies and their people are invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A company. `users` counts the people in its Axema system; None means that it has no Axema settings."""

    id: str
    name: str
    users: int | None


COMPANIES = (
    DemoCompany("11111111-1111-4111-8111-111111111111", "Brf Solgläntan", 250),
    DemoCompany("22222222-2222-4222-8222-222222222222", "Stiftelsen Ekbacken", 5000),
    DemoCompany("33333333-3333-4333-8333-333333333333", "Föreningen Utan Lås", None),
)
