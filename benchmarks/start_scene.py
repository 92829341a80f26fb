"""What the functions of benchmarks/start.py find when they start: tables, settings, jobs, secrets and callers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.authorizer import new_key
from benchmarks.bench import Bench
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.clock import utc_now
from bokabridge.usersync.close import close_sync
from bokabridge.usersync.fakes import RecordedWorkflow
from bokabridge.usersync.job import SyncJob, Trigger
from bokabridge.usersync.start import start_sync
from local.axema.simulator import AxemaSimulator
from local.identity.realm import CLIENT_ID
from local.identity.simulator import IdentitySimulator
from local.identity.users import USERS
from local.stack.deploy import Deployment
from local.stack.emulator import client, emulator
from local.stack.paths import ROOT
from local.stack.processes import free_port
from local.stack.seed import SECRETS_PREFIX, connect_to_axema

Event = dict[str, Any]

PEOPLE = 20
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Scene:
    """The systems around the functions. `variables` are those of the functions' environments that the scene decides."""

    bench: Bench
    variables: Mapping[str, str]
    token: str
    api_key: str

    def api_event(self, file: str) -> Event:
        """A sample request of an operation, by a company with Axema settings and one completed job."""
        company_id = self._company()
        job = self._job(company_id)
        close_sync(company_id, job.id, None, jobs=self._jobs(), clock=utc_now)
        event: Event = json.loads((ROOT / "events" / file).read_text())
        event["requestContext"]["authorizer"]["companyId"] = company_id
        return event

    def authorizer_event(self, headers: Mapping[str, str]) -> Event:
        """API Gateway's question who sends these headers."""
        event: Event = json.loads((ROOT / "events" / "authorizer_nobody.json").read_text())
        return {**event, "headers": dict(headers)}

    def step_event(self) -> Event:
        """A step of the run of a job that has just started."""
        company_id = self._company()
        return {"CompanyId": company_id, "JobId": self._job(company_id).id}

    def schedule_event(self) -> Event:
        """The time of a company's schedule."""
        return {"CompanyId": self._company()}

    def _company(self) -> str:
        company_id = str(uuid4())
        self.bench.steer(company_id, users=PEOPLE)
        connect_to_axema(
            Deployment(self.bench.aws_url, {"UserSyncTableName": self.variables["USER_SYNC_TABLE"]}), company_id
        )
        return company_id

    def _job(self, company_id: str) -> SyncJob:
        return start_sync(
            company_id, Trigger.Request, jobs=self._jobs(), workflow=RecordedWorkflow(), clock=utc_now, lease=LEASE
        )

    def _jobs(self) -> DynamoJobs:
        return DynamoJobs(self.bench.dynamodb(), self.variables["USER_SYNC_TABLE"])


@contextmanager
def scene(scratch: Path) -> Iterator[Scene]:
    """The emulator and the simulators, with their files in `scratch`."""
    with (
        emulator(free_port(), scratch) as aws_url,
        AxemaSimulator({}) as axema,
        IdentitySimulator() as identity,
    ):
        bench = Bench(aws_url, axema.url)
        keys = bench.new_table("ApiKeysTable")
        variables = {
            "AWS_ENDPOINT_URL": aws_url,
            "USER_SYNC_TABLE": bench.new_table("UserSyncTable"),
            "CUSTOMERS_TABLE": bench.new_table(),
            "API_KEYS_TABLE": keys,
            "STATE_MACHINE_ARN": _new_state_machine(aws_url),
            "AXEMA_API_URL": axema.url,
            "AXEMA_TOKEN_URL": f"{axema.url}/oauth2/v2.0/token",
            "ALLOW_PRIVATE_ENDPOINTS": "true",
            "SECRETS_PREFIX": SECRETS_PREFIX,
            "IDENTITY_ISSUER": identity.realm.issuer,
            "IDENTITY_AUDIENCE": CLIENT_ID,
            "COMPANY_CLAIM": "company_id",
            "SCHEDULE_GROUP": "bench",
            "SCHEDULE_FUNCTION_ARN": "arn:aws:lambda:eu-north-1:000000000000:function:schedule",
            "SCHEDULE_ROLE_ARN": "arn:aws:iam::000000000000:role/bench",
            "SCHEDULE_DEAD_LETTERS_ARN": "arn:aws:sqs:eu-north-1:000000000000:dead-letters",
            "POWERTOOLS_METRICS_NAMESPACE": "bokabridge",
        }
        yield Scene(bench, variables, identity.realm.issue(USERS["write"]), new_key(aws_url, keys))


def _new_state_machine(aws_url: str) -> str:
    name = f"bench-{uuid4()}"
    role = client("iam", aws_url).create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]
    done = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    made = client("stepfunctions", aws_url).create_state_machine(
        name=name, definition=json.dumps(done), roleArn=role["Arn"]
    )
    return str(made["stateMachineArn"])
