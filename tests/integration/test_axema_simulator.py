"""The simulator of VAKA Online over real HTTP: its API and its controls."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import urllib3

from local.axema.credentials import credentials
from local.axema.people import person
from local.axema.simulator import AxemaSimulator
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.vaka_online import KEYS, Vaka, token_request

PEOPLE = 25


@pytest.fixture
def vaka() -> Iterator[Vaka]:
    with AxemaSimulator({COMPANY_ID: PEOPLE, OTHER_COMPANY_ID: 3}) as simulator:
        yield Vaka(simulator.url)


@pytest.fixture
def token(vaka: Vaka) -> str:
    return vaka.log_in(KEYS)


def test_without_paging_one_response_has_the_whole_list(vaka: Vaka, token: str) -> None:
    response = vaka.fetch(KEYS, token, pageSize="5").json()
    assert set(response) == {"userAccounts"}
    assert response["userAccounts"] == [person(COMPANY_ID, index) for index in range(PEOPLE)]


def test_following_the_continuation_token_reads_each_user_once_and_in_order(vaka: Vaka, token: str) -> None:
    vaka.control(pageSize=10)
    page = vaka.fetch(KEYS, token).json()
    accounts, lengths = list(page["userAccounts"]), [len(page["userAccounts"])]
    while page["continuationToken"] is not None:
        page = vaka.fetch(KEYS, token, continuationToken=page["continuationToken"]).json()
        accounts += page["userAccounts"]
        lengths.append(len(page["userAccounts"]))
    assert lengths == [10, 10, 5]
    assert accounts == [person(COMPANY_ID, index) for index in range(PEOPLE)]


@pytest.mark.parametrize(("requested_size", "served"), [("4", 4), ("50", 10)])
def test_page_has_the_requested_size_up_to_the_controlled_one(
    vaka: Vaka, token: str, requested_size: str, served: int
) -> None:
    vaka.control(pageSize=10)
    assert len(vaka.fetch(KEYS, token, pageSize=requested_size).json()["userAccounts"]) == served


@pytest.mark.parametrize("query", [{"continuationToken": "10.forged"}, {"pageSize": "0"}, {"pageSize": "many"}])
def test_invalid_page_is_a_bad_request(vaka: Vaka, token: str, query: dict[str, str]) -> None:
    vaka.control(pageSize=10)
    assert vaka.fetch(KEYS, token, **query).status == 400


def test_repeated_continuation_token_is_the_same_on_every_page(vaka: Vaka, token: str) -> None:
    vaka.control(pageSize=10, repeatToken=True)
    first = vaka.fetch(KEYS, token).json()["continuationToken"]
    following = vaka.fetch(KEYS, token, continuationToken=first).json()["continuationToken"]
    assert following == first


def test_second_simulator_serves_the_same_bytes(vaka: Vaka, token: str) -> None:
    with AxemaSimulator({COMPANY_ID: PEOPLE}) as simulator:
        twin = Vaka(simulator.url)
        assert twin.fetch(KEYS, twin.log_in(KEYS)).data == vaka.fetch(KEYS, token).data


def test_changed_people_keep_their_ids_and_can_change_back(vaka: Vaka) -> None:
    before = vaka.accounts()
    vaka.control(changed=4)
    after = vaka.accounts()
    vaka.control(changed=0)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 4
    assert [account["userId"] for account in after] == [account["userId"] for account in before]
    assert vaka.accounts() == before


def test_removed_duplicate_and_broken_records_have_the_controlled_numbers(vaka: Vaka) -> None:
    everyone = vaka.accounts()
    vaka.control(removed=5, duplicate=3, badRecords=6)
    listed = vaka.accounts()
    people = [record for record in listed if record in everyone]
    assert len(listed) == 20 + 3 + 6
    assert len(people) == 20 + 3
    assert {account["userId"] for account in people} == {account["userId"] for account in everyone[:20]}


def test_empty_system_lists_no_users(vaka: Vaka) -> None:
    vaka.control(empty=True, badRecords=2)
    assert vaka.accounts() == []


def test_every_third_call_fails_with_the_chosen_status(vaka: Vaka, token: str) -> None:
    vaka.fetch(KEYS, token)
    vaka.control(failEvery=3, failStatus=429, retryAfter=7)
    responses = [vaka.fetch(KEYS, token) for _ in range(6)]
    assert [response.status for response in responses] == [200, 200, 429, 200, 200, 429]
    assert [response.headers.get("Retry-After") for response in responses] == [None, None, "7", None, None, "7"]


def test_connection_is_dropped_once_after_the_chosen_page(vaka: Vaka, token: str) -> None:
    vaka.control(pageSize=10, dropAfterPage=1)
    assert vaka.fetch(KEYS, token).status == 200
    with pytest.raises(urllib3.exceptions.ProtocolError, match="IncompleteRead"):
        vaka.fetch(KEYS, token)
    assert vaka.fetch(KEYS, token).status == 200


@pytest.mark.parametrize("kind", ["notJson", "html"])
def test_malformed_response_is_a_success_that_cannot_be_parsed(vaka: Vaka, token: str, kind: str) -> None:
    vaka.control(malformed=kind)
    response = vaka.fetch(KEYS, token)
    assert response.status == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_response_of_the_wrong_shape_is_json_without_a_list(vaka: Vaka, token: str) -> None:
    vaka.control(malformed="wrongShape")
    assert not isinstance(vaka.fetch(KEYS, token).json()["userAccounts"], list)


@pytest.mark.parametrize(
    ("instead", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"scope": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_invalid_token_request_gets_no_token(vaka: Vaka, instead: dict[str, str], status: int, error: str) -> None:
    response = vaka.post_token(token_request(KEYS, **instead))
    assert (response.status, response.json()["error"]) == (status, error)
    assert vaka.state()["companies"][COMPANY_ID]["tokensIssued"] == 0


def test_each_kind_of_missing_access_has_its_own_status(vaka: Vaka, token: str) -> None:
    other_key = replace(KEYS, api_key="wrong")
    other_device = replace(KEYS, device_id="unknown")
    assert vaka.fetch(KEYS, "forged").status == 401
    assert vaka.fetch(KEYS, vaka.log_in(credentials(OTHER_COMPANY_ID))).status == 401
    assert vaka.fetch(other_key, token).status == 403
    assert vaka.fetch(other_device, token).status == 404


def test_rejected_credentials_get_no_new_tokens_and_invalidate_issued_ones(vaka: Vaka, token: str) -> None:
    vaka.control(rejectCredentials=True)
    assert vaka.post_token(token_request(KEYS)).status == 401
    assert vaka.fetch(KEYS, token).status == 401


def test_expired_tokens_are_refused_and_new_ones_work(vaka: Vaka, token: str) -> None:
    vaka.control(expireTokens=True)
    assert vaka.fetch(KEYS, token).status == 401
    assert vaka.fetch(KEYS, vaka.log_in(KEYS)).status == 200


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"company": COMPANY_ID, "userz": 3}, "userz"),
        ({"company": COMPANY_ID, "users": "3"}, "users"),
        ({"company": COMPANY_ID, "changed": True}, "changed"),
        ({"company": COMPANY_ID, "pageSize": 0}, "pageSize"),
        ({"company": COMPANY_ID, "failStatus": 200}, "failStatus"),
        ({"company": COMPANY_ID, "malformed": "xml"}, "malformed"),
        ({"company": 7}, "company"),
        ([], "object"),
    ],
)
def test_invalid_control_is_a_400_that_names_it_and_changes_nothing(vaka: Vaka, body: object, named: str) -> None:
    before = vaka.state()
    response = vaka.send_control("PUT", body)
    assert response.status == 400
    assert named in response.json()["message"]
    assert vaka.state() == before


def test_controls_without_a_company_apply_to_all_and_an_unknown_company_is_created(vaka: Vaka) -> None:
    created = vaka.send_control("PUT", {"company": "new"}).json()
    everywhere = vaka.send_control("PUT", {"pageSize": 7}).json()["companies"]
    assert created["users"] == 0
    assert {company: state["pageSize"] for company, state in everywhere.items()} == {
        COMPANY_ID: 7,
        OTHER_COMPANY_ID: 7,
        "new": 7,
    }


def test_reset_clears_the_controls_and_keeps_the_number_of_users(vaka: Vaka) -> None:
    untouched = vaka.state()["companies"][COMPANY_ID]
    vaka.control(users=40, changed=3, failEvery=1, pageSize=5)
    assert vaka.send_control("DELETE", {"company": COMPANY_ID}).json() == untouched | {"users": 40}


def test_counters_are_exact_under_concurrent_calls(vaka: Vaka, token: str) -> None:
    vaka.control(failEvery=4)
    with ThreadPoolExecutor(8) as callers:
        statuses = [response.status for response in callers.map(lambda _: vaka.fetch(KEYS, token), range(40))]
    state = vaka.state()
    company = state["companies"][COMPANY_ID]
    assert statuses.count(500) == 10
    assert (company["requests"], company["pagesServed"], company["faultsServed"]) == (40, 30, 10)
    assert state["requests"] == 40 + company["tokenRequests"]
