"""Who may report a usage, and who may see it."""

import uuid

from tests.e2e.gateway import Gateway, told
from tests.e2e.voss.bridge import OTHER, VossBridge


def test_only_writers_report_usage_and_only_their_own_company(bridge: VossBridge, gateway: Gateway, key: str) -> None:
    assert bridge.use(key, token="read").status == 403
    assert bridge.use(key, token="none").status == 403
    assert told(bridge.use(key, token="expired")) == gateway.unauthorized
    assert bridge.use(key, token="otherCompany").status == 403
    assert bridge.use(key, token="superadmin", CompanyId=OTHER).status == 200
    assert bridge.use(key).status == 200, "the same key is another company's"


def test_another_companys_usage_is_not_found(bridge: VossBridge, key: str) -> None:
    bridge.use(key)
    usage_id = bridge.usage_by_key(key)["Id"]
    assert bridge.call("GET", f"/voss/usage/{usage_id}", token="otherCompany").status == 404
    assert bridge.call("GET", f"/voss/usage/{uuid.uuid4()}").status == 404
    assert bridge.call("GET", "/voss/usage/none").status == 400
