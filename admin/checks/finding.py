"""What a check finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person has to do. `subject` is what it is about; both texts are sentences."""

    subject: str
    problem: str
    what_to_do: str
