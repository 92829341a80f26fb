"""How every RosterStore keeps the people whose customers a job chooses on its last page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.rosters import DynamoRosters
from bokabridge.customers.person import Person
from bokabridge.usersync.job import SyncJob, Trigger, new_job
from bokabridge.usersync.normalise import MAX_NAME_CHARACTERS
from bokabridge.usersync.normalised import Candidate
from bokabridge.usersync.ports import RosterStore
from bokabridge.usersync.roster_fakes import InMemoryRosters
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

DIGEST = b"digest.."
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(params=["in memory", "on DynamoDB"])
def rosters(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> RosterStore:
    return InMemoryRosters() if request.param == "in memory" else DynamoRosters(dynamodb, USER_SYNC_TABLE)


def a_job(pages_committed: int = 0, company: str = COMPANY_ID) -> SyncJob:
    job = new_job(company, Trigger.Request, NOON, NOON + timedelta(minutes=5))
    return replace(job, pages_committed=pages_committed)


def people(count: int, last_name: str = "Alm") -> list[Candidate]:
    return [Candidate(f"user-{at}", Person("Anna", last_name, f"anna{at}@example.com"), DIGEST) for at in range(count)]


@pytest.mark.parametrize(
    "person",
    [
        Person("Åsa", "Öberg", "asa@example.com", "+46701740605"),
        Person("", "Öberg"),
        Person("Åsa", "", None, "+46701740605", frozenset({"email"})),
        Person("Åsa", "", absent=frozenset({"email", "phone"})),
    ],
)
def test_undecided_person_reads_back_exactly(rosters: RosterStore, person: Person) -> None:
    job = a_job()
    rosters.save_undecided(job, [Candidate("user-1", person, DIGEST)])
    assert rosters.undecided(replace(job, pages_committed=1)) == [Candidate("user-1", person, DIGEST)]


def test_undecided_people_come_back_in_their_order(rosters: RosterStore) -> None:
    job = a_job()
    for page, name in enumerate(("Alm", "Berg", "Ek")):
        rosters.save_undecided(replace(job, pages_committed=page), people(3, name))
    expected = [*people(3, "Alm"), *people(3, "Berg"), *people(3, "Ek")]
    assert rosters.undecided(replace(job, pages_committed=3)) == expected


def test_only_the_undecided_people_of_committed_pages_are_returned(rosters: RosterStore) -> None:
    job = a_job()
    rosters.save_undecided(job, people(1, "Alm"))
    rosters.save_undecided(replace(job, pages_committed=1), people(1, "Berg"))
    assert rosters.undecided(job) == []
    assert rosters.undecided(replace(job, pages_committed=1)) == people(1, "Alm")


def test_undecided_people_of_another_job_or_company_are_not_mixed_in(rosters: RosterStore) -> None:
    job, another, elsewhere = a_job(), a_job(), a_job(company=OTHER_COMPANY_ID)
    rosters.save_undecided(job, people(1, "Alm"))
    rosters.save_undecided(another, people(1, "Berg"))
    rosters.save_undecided(elsewhere, people(1, "Ek"))
    assert rosters.undecided(replace(job, pages_committed=1)) == people(1, "Alm")


@pytest.mark.parametrize("count", [0, 1, 450])
def test_page_that_runs_again_replaces_its_undecided_people(rosters: RosterStore, count: int) -> None:
    job = a_job()
    rosters.save_undecided(job, people(900, "Alm"))
    rosters.save_undecided(job, people(count, "Berg"))
    assert rosters.undecided(replace(job, pages_committed=1)) == people(count, "Berg")


def test_longest_page_of_people_with_long_names_and_addresses_is_kept(rosters: RosterStore) -> None:
    half = "Å" * (MAX_NAME_CHARACTERS // 2)
    undecided = [
        Candidate(f"{at:064}", Person(half, half, f"{at:064}@{'e' * 180}.example.com", "+46701740605"), DIGEST)
        for at in range(2000)
    ]
    job = a_job()
    rosters.save_undecided(job, undecided)
    assert rosters.undecided(replace(job, pages_committed=1)) == undecided
