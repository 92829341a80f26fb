"""No request is a 500: thousands of them, made from the declarations, reach the functions' handlers.

FUZZED_REQUESTS and FUZZ_SEED choose other numbers of requests, and others of them.
"""

import os
import traceback
import uuid
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest

from bokabridge.auth.principal import READ, SUPERADMIN, WRITE
from tests.api_gateway import Context, event
from tests.fuzz.requests import SECRET, Generator
from tests.fuzz.valid import valid_values
from tests.fuzz.verdict import check
from tests.wired import Wired, wired

REQUESTS = int(os.environ.get("FUZZED_REQUESTS", "10000"))
SEED = int(os.environ.get("FUZZ_SEED", "11"))

STORED_SECRET = "stored-secret-d0-not-show"
COMPANIES = [str(uuid.UUID(int=(0x4111 << 64) | (0x8 << 60) | number)) for number in range(1, 41)]

ROOT = {"principalId": "root", "companyId": "", "roles": SUPERADMIN}
ROOT_WITH_COMPANY = {**ROOT, "companyId": COMPANIES[1]}
ANNA = {"principalId": "anna", "companyId": COMPANIES[0], "roles": WRITE}
ROLF = {"principalId": "rolf", "companyId": COMPANIES[0], "roles": READ}
CALLERS = [ROOT, ROOT_WITH_COMPANY, ANNA, ANNA, ANNA, ANNA, ROLF]


@pytest.fixture(scope="module")
def application() -> Iterator[Wired]:
    """The application; the first company has settings, a running sync and a usage."""
    with wired(dict.fromkeys(COMPANIES, 3)) as found:
        settings = '{"IntegrationType": 2, "DeviceId": "d", "ClientId": "c", "ClientSecret": "%s", "ApiKey": "%s"}'
        usage = f'{{"CompanyId": "{COMPANIES[0]}", "ArticleNumber": "SMS-STYCK", "Quantity": 1}}'
        for operation, path, body in (
            ("AddAxemaCodeLockSetting", "/codelock/axema/settings", settings % (STORED_SECRET, STORED_SECRET)),
            ("CreateAxemaUserSync", "/codelock/axema/usersync", "{}"),
            ("CreateVossUsage", "/voss/usage", usage),
        ):
            response = found.handler_of(operation)(event("POST", path, caller=ANNA, body=body), Context())
            assert response["statusCode"] == 200, response
        yield found


def what_is_wrong(application: Wired, request: Any, caller: dict[str, str], caplog: pytest.LogCaptureFixture) -> str:
    """An empty text if the response is as it must be. Else, what is wrong with it, and the error behind it."""
    caplog.clear()
    try:
        response = application.handler_of(request.operation.name)(request.event(caller), Context())
        content_type = response["multiValueHeaders"]["Content-Type"][0]
        check(response["statusCode"], response["body"], content_type, [SECRET, STORED_SECRET])
        assert SECRET not in caplog.text
    except Exception as error:  # noqa: BLE001 (every exception is a finding)
        logged = [record.exc_info[1] for record in caplog.records if record.exc_info]
        cause = "".join(traceback.format_exception(logged[-1])[-3:]) if logged else ""
        return f"{request.operation.name}: {error!r}\n{cause}"[:1500]
    return ""


@pytest.mark.timeout(900)  # 45 s, if the processor has nothing else to do
@pytest.mark.parametrize("in_any_form", [False, True], ids=["own routes in JSON", "any route and format"])
def test_no_request_is_a_500(application: Wired, caplog: pytest.LogCaptureFixture, in_any_form: bool) -> None:
    wrong: dict[str, str] = {}
    served: Counter[str] = Counter()
    requests = islice(Generator(SEED, valid_values(COMPANIES), in_any_form=in_any_form), REQUESTS)
    for number, (request, caller) in enumerate(zip(requests, cycle(CALLERS), strict=False)):
        served[request.operation.name] += 1
        if found := what_is_wrong(application, request, caller, caplog):
            wrong.setdefault(found, f"#{number} {request!r:.600}")
    assert served.total() == REQUESTS
    assert not wrong, "\n\n".join(f"{what}\n{example}" for what, example in wrong.items())
