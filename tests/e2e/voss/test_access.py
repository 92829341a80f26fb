"""Access to usage: which callers may report it, and which may read it."""

import uuid

from tests.data import OTHER_COMPANY_ID
from tests.e2e.gateway import Gateway, status_and_code
from tests.e2e.voss.bridge import VossBridge


def test_only_writers_report_usage_and_only_for_their_own_company(
    bridge: VossBridge, gateway: Gateway, key: str
) -> None:
    assert bridge.use(key, token="read").status == 403
    assert bridge.use(key, token="none").status == 403
    assert status_and_code(bridge.use(key, token="expired")) == gateway.unauthorized
    assert bridge.use(key, token="otherCompany").status == 403
    assert bridge.use(key, token="superadmin", CompanyId=OTHER_COMPANY_ID).status == 200
    assert bridge.use(key).status == 200, "another company has used the same key"


def test_another_companys_usage_is_not_found(bridge: VossBridge, key: str) -> None:
    bridge.use(key)
    usage_id = bridge.usage_by_key(key)["Id"]
    assert bridge.call("GET", f"/voss/usage/{usage_id}", token="otherCompany").status == 404
    assert bridge.call("GET", f"/voss/usage/{uuid.uuid4()}").status == 404
    assert bridge.call("GET", "/voss/usage/none").status == 400
