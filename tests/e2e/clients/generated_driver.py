"""Runs a sync and reports a usage with the client that openapi-python-client made from /openapi.json.

Arguments: the API's address, a token, the id of the company to sync, and the id of one that VOSS knows. Prints what it
saw as JSON. The environment of requirements/clients.txt runs a copy of this file, next to `bokabridge_client`.
"""

import json
import sys
import time
from uuid import UUID

from bokabridge_client import AuthenticatedClient
from bokabridge_client.api.codelock import create_axema_user_sync, get_axema_user_sync_job
from bokabridge_client.api.customers import customer_query
from bokabridge_client.api.voss import create_voss_usage
from bokabridge_client.models import CreateAxemaUserSync, CreateVossUsage, ErrorResponse

url, token, company, billed = sys.argv[1:]
with AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True) as client:
    job = create_axema_user_sync.sync(client=client, body=CreateAxemaUserSync(company_id=UUID(company)))
    deadline = time.monotonic() + 90
    while job.status_name not in ("Completed", "Failed"):
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
        job = get_axema_user_sync_job.sync(job.id, client=client, company_id=UUID(company))
    customers = customer_query.sync(client=client, company_id=UUID(company), take=2)
    usage = create_voss_usage.sync(client=client, body=CreateVossUsage(UUID(billed), "KONSULT-TIM", 6))
    wrong = create_voss_usage.sync_detailed(client=client, body=CreateVossUsage(UUID(billed), "", 6))
    assert isinstance(wrong.parsed, ErrorResponse)
    print(
        json.dumps(
            {
                "job": [job.status_name, job.users_found],
                "customers": [customers.total, len(customers.results)],
                "usage": usage.customer_balance_change.total_amount,
                "wrong": [wrong.status_code, [each.field_name for each in wrong.parsed.response_status.errors]],
            }
        )
    )
