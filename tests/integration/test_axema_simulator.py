"""The simulator of VAKA Online is asked over real HTTP, as the bridge will ask it."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import urllib3

from local.axema.credentials import AxemaCredentials, credentials
from local.axema.people import person
from local.axema.simulator import AxemaSimulator
from tests.data import COMPANY_ID, OTHER_COMPANY_ID

PEOPLE = 25
SCOPE = "api://vaka-online-demo/.default"


class Vaka:
    """A bare client of one simulator: every answer as it came, no retries."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = urllib3.PoolManager(retries=False)

    def post_token(self, fields: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        return self._http.request("POST", f"{self._url}/oauth2/v2.0/token", fields=fields, encode_multipart=False)

    def log_in(self, keys: AxemaCredentials) -> str:
        answer = self.post_token(token_request(keys))
        assert answer.status == 200
        return str(answer.json()["access_token"])

    def fetch(self, keys: AxemaCredentials, token: str, **query: str) -> urllib3.BaseHTTPResponse:
        return self._http.request(
            "GET",
            f"{self._url}/v1/reservations/users/fetch/{keys.device_id}",
            fields=query,
            headers={"Authorization": f"Bearer {token}", "x-api-key": keys.api_key},
        )

    def control(self, **controls: object) -> dict[str, Any]:
        answer = self.send_control("PUT", {"company": COMPANY_ID, **controls})
        assert answer.status == 200, answer.data
        return dict(answer.json())

    def send_control(self, method: str, body: object) -> urllib3.BaseHTTPResponse:
        return self._http.request(method, f"{self._url}/_control", json=body)

    def state(self) -> dict[str, Any]:
        return dict(self._http.request("GET", f"{self._url}/_state").json())

    def accounts(self) -> list[Any]:
        answer = self.fetch(KEYS, self.log_in(KEYS))
        assert answer.status == 200
        return list(answer.json()["userAccounts"])


KEYS = credentials(COMPANY_ID)


def token_request(keys: AxemaCredentials, **instead: str) -> dict[str, str]:
    fields = {"grant_type": "client_credentials", "client_id": keys.client_id, "client_secret": keys.client_secret}
    return fields | {"scope": SCOPE} | instead


@pytest.fixture
def vaka() -> Iterator[Vaka]:
    with AxemaSimulator({COMPANY_ID: PEOPLE, OTHER_COMPANY_ID: 3}) as simulator:
        yield Vaka(simulator.url)


@pytest.fixture
def token(vaka: Vaka) -> str:
    return vaka.log_in(KEYS)


def test_the_whole_list_comes_in_one_answer_whatever_page_size_is_asked_for(vaka: Vaka, token: str) -> None:
    answer = vaka.fetch(KEYS, token, pageSize="5").json()
    assert set(answer) == {"userAccounts"}
    assert answer["userAccounts"] == [person(COMPANY_ID, index) for index in range(PEOPLE)]


def test_following_the_continuation_token_reads_everybody_once_and_in_order(vaka: Vaka, token: str) -> None:
    vaka.control(pageSize=10)
    page = vaka.fetch(KEYS, token).json()
    accounts, lengths = list(page["userAccounts"]), [len(page["userAccounts"])]
    while page["continuationToken"] is not None:
        page = vaka.fetch(KEYS, token, continuationToken=page["continuationToken"]).json()
        accounts += page["userAccounts"]
        lengths.append(len(page["userAccounts"]))
    assert lengths == [10, 10, 5]
    assert accounts == [person(COMPANY_ID, index) for index in range(PEOPLE)]


@pytest.mark.parametrize(("asked", "served"), [("4", 4), ("50", 10)])
def test_a_page_is_as_long_as_asked_but_never_longer_than_the_control(
    vaka: Vaka, token: str, asked: str, served: int
) -> None:
    vaka.control(pageSize=10)
    assert len(vaka.fetch(KEYS, token, pageSize=asked).json()["userAccounts"]) == served


@pytest.mark.parametrize("query", [{"continuationToken": "10.forged"}, {"pageSize": "0"}, {"pageSize": "many"}])
def test_a_page_that_cannot_exist_is_a_bad_request(vaka: Vaka, token: str, query: dict[str, str]) -> None:
    vaka.control(pageSize=10)
    assert vaka.fetch(KEYS, token, **query).status == 400


def test_a_repeated_token_never_lets_the_caller_finish(vaka: Vaka, token: str) -> None:
    vaka.control(pageSize=10, repeatToken=True)
    first = vaka.fetch(KEYS, token).json()["continuationToken"]
    following = vaka.fetch(KEYS, token, continuationToken=first).json()["continuationToken"]
    assert following == first


def test_a_second_simulator_serves_the_same_bytes(vaka: Vaka, token: str) -> None:
    with AxemaSimulator({COMPANY_ID: PEOPLE}) as simulator:
        twin = Vaka(simulator.url)
        assert twin.fetch(KEYS, twin.log_in(KEYS)).data == vaka.fetch(KEYS, token).data


def test_changed_people_keep_their_ids_and_change_back(vaka: Vaka) -> None:
    before = vaka.accounts()
    vaka.control(changed=4)
    after = vaka.accounts()
    vaka.control(changed=0)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 4
    assert [account["userId"] for account in after] == [account["userId"] for account in before]
    assert vaka.accounts() == before


def test_removed_doubled_and_broken_records_are_exactly_as_many_as_asked_for(vaka: Vaka) -> None:
    everybody = vaka.accounts()
    vaka.control(removed=5, duplicate=3, badRecords=6)
    listed = vaka.accounts()
    people = [record for record in listed if record in everybody]
    assert len(listed) == 20 + 3 + 6
    assert len(people) == 20 + 3
    assert {account["userId"] for account in people} == {account["userId"] for account in everybody[:20]}


def test_an_empty_system_lists_nobody(vaka: Vaka) -> None:
    vaka.control(empty=True, badRecords=2)
    assert vaka.accounts() == []


def test_every_third_call_fails_with_the_chosen_status(vaka: Vaka, token: str) -> None:
    vaka.fetch(KEYS, token)
    vaka.control(failEvery=3, failStatus=429, retryAfter=7)
    answers = [vaka.fetch(KEYS, token) for _ in range(6)]
    assert [answer.status for answer in answers] == [200, 200, 429, 200, 200, 429]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, None, "7", None, None, "7"]


def test_the_connection_is_cut_once_after_the_chosen_page(vaka: Vaka, token: str) -> None:
    vaka.control(pageSize=10, dropAfterPage=1)
    assert vaka.fetch(KEYS, token).status == 200
    with pytest.raises(urllib3.exceptions.ProtocolError, match="IncompleteRead"):
        vaka.fetch(KEYS, token)
    assert vaka.fetch(KEYS, token).status == 200


@pytest.mark.parametrize("kind", ["notJson", "html"])
def test_a_malformed_answer_is_a_success_that_cannot_be_parsed(vaka: Vaka, token: str, kind: str) -> None:
    vaka.control(malformed=kind)
    answer = vaka.fetch(KEYS, token)
    assert answer.status == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_an_answer_of_the_wrong_shape_is_json_without_a_list(vaka: Vaka, token: str) -> None:
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
def test_a_wrong_token_request_gets_no_token(vaka: Vaka, instead: dict[str, str], status: int, error: str) -> None:
    answer = vaka.post_token(token_request(KEYS, **instead))
    assert (answer.status, answer.json()["error"]) == (status, error)
    assert vaka.state()["companies"][COMPANY_ID]["tokensIssued"] == 0


def test_each_missing_right_has_its_own_status(vaka: Vaka, token: str) -> None:
    other_key = replace(KEYS, api_key="wrong")
    other_device = replace(KEYS, device_id="unknown")
    assert vaka.fetch(KEYS, "forged").status == 401
    assert vaka.fetch(KEYS, vaka.log_in(credentials(OTHER_COMPANY_ID))).status == 401
    assert vaka.fetch(other_key, token).status == 403
    assert vaka.fetch(other_device, token).status == 404


def test_rejected_credentials_stop_new_tokens_and_those_already_issued(vaka: Vaka, token: str) -> None:
    vaka.control(rejectCredentials=True)
    assert vaka.post_token(token_request(KEYS)).status == 401
    assert vaka.fetch(KEYS, token).status == 401


def test_expired_tokens_are_refused_and_a_new_one_works(vaka: Vaka, token: str) -> None:
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
def test_a_wrong_control_is_refused_by_name_and_changes_nothing(vaka: Vaka, body: object, named: str) -> None:
    before = vaka.state()
    answer = vaka.send_control("PUT", body)
    assert answer.status == 400
    assert named in answer.json()["message"]
    assert vaka.state() == before


def test_controls_without_a_company_reach_all_and_a_named_one_is_made_if_unknown(vaka: Vaka) -> None:
    made = vaka.send_control("PUT", {"company": "new"}).json()
    everywhere = vaka.send_control("PUT", {"pageSize": 7}).json()["companies"]
    assert made["users"] == 0
    assert {company: state["pageSize"] for company, state in everywhere.items()} == {
        COMPANY_ID: 7,
        OTHER_COMPANY_ID: 7,
        "new": 7,
    }


def test_a_reset_switches_everything_off_but_keeps_the_people(vaka: Vaka) -> None:
    untouched = vaka.state()["companies"][COMPANY_ID]
    vaka.control(users=40, changed=3, failEvery=1, pageSize=5)
    assert vaka.send_control("DELETE", {"company": COMPANY_ID}).json() == untouched | {"users": 40}


def test_counters_are_exact_under_concurrent_calls(vaka: Vaka, token: str) -> None:
    vaka.control(failEvery=4)
    with ThreadPoolExecutor(8) as callers:
        statuses = [answer.status for answer in callers.map(lambda _: vaka.fetch(KEYS, token), range(40))]
    state = vaka.state()
    company = state["companies"][COMPANY_ID]
    assert statuses.count(500) == 10
    assert (company["requests"], company["pagesServed"], company["faultsServed"]) == (40, 30, 10)
    assert state["requests"] == 40 + company["tokenRequests"]
