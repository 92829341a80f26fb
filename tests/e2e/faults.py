"""Faults for `bokabridge doctor` to find: each is put into the running stack, or into what it uses."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import urllib3

from bokabridge.dates import format_date
from local.stack.emulator import client
from tests.e2e.checkout import STACK
from tests.e2e.deployed import outputs
from tests.e2e.shell import Shell

CLOCK_IS_AHEAD = timedelta(minutes=4)

type Findings = dict[str, list[str]]
"""The subjects of the doctor's findings, by check. Checks without any are left out."""


def examine(shell: Shell, aws_url: str) -> Findings:
    """What the doctor finds, with AWS at this address."""
    report = json.loads(shell.run(f"AWS_ENDPOINT_URL={aws_url} bokabridge doctor --json || [ $? = 1 ]"))
    found = {check: [each["Subject"] for each in findings] for check, findings in report["Checks"].items()}
    return {check: subjects for check, subjects in found.items() if subjects}


def put_back(aws_url: str, checkout: Path, company_id: str) -> Findings:
    """Put a fault of each class but the parameters' into the stack, and return what the doctor should find."""
    return {
        "secrets": _delete_secrets(aws_url, company_id),
        "alarm topics": _unsubscribe(aws_url, "on-call"),
        "notices": _unsubscribe(aws_url, "Notices"),
        "dead letters": _leave_dead_letters(aws_url),
        "sync jobs": [_lose_a_job(aws_url, company_id)],
        "libraries": _raise_the_oldest_libraries(checkout),
    }


@contextmanager
def clock_ahead(aws_url: str) -> Iterator[str]:
    """An address of the same AWS whose clock is ahead of this machine's."""

    class Ahead(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = urllib3.request(self.command, aws_url + self.path, headers=dict(self.headers), body=body)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.data)))
            self.end_headers()
            self.wfile.write(answer.data)

        def do_POST(self) -> None:
            self.do_GET()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string((timestamp or time.time()) + CLOCK_IS_AHEAD.total_seconds())

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Ahead) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _delete_secrets(aws_url: str, company_id: str) -> list[str]:
    names = ["bokabridge/dev/voss", f"bokabridge/dev/axema/{company_id}"]
    for name in names:
        client("secretsmanager", aws_url).delete_secret(SecretId=name)
    return names


def restore_secrets(aws_url: str, names: list[str]) -> None:
    """Take the deletion of these secrets back."""
    for name in names:
        client("secretsmanager", aws_url).restore_secret(SecretId=name)


def _unsubscribe(aws_url: str, part_of_name: str) -> list[str]:
    """Remove everybody from the topics whose names have this part."""
    sns = client("sns", aws_url)
    topics = [arn for each in sns.list_topics()["Topics"] if part_of_name in (arn := each["TopicArn"])]
    for topic in topics:
        for subscription in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
            sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    return topics


def _leave_dead_letters(aws_url: str) -> list[str]:
    """Leave a message in every queue of dead letters."""
    pages = client("cloudformation", aws_url).get_paginator("list_stack_resources").paginate(StackName=STACK)
    urls = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::SQS::Queue" and resource["LogicalResourceId"].endswith("DeadLetters")
    }
    for url in urls.values():
        client("sqs", aws_url).send_message(QueueUrl=url, MessageBody="{}")
    return sorted(urls)


def _lose_a_job(aws_url: str, company_id: str) -> str:
    """Leave the lock of a job whose worker died a minute ago."""
    lease = {"JobId": {"S": "lost"}, "LeaseUntil": {"S": format_date(datetime.now(UTC) - timedelta(minutes=1))}}
    lock = {"PK": {"S": f"COMPANY#{company_id}"}, "SK": {"S": "LOCK"}}
    client("dynamodb", aws_url).put_item(TableName=outputs(aws_url)["UserSyncTableName"], Item={**lock, **lease})
    return "job lost"


def _raise_the_oldest_libraries(checkout: Path) -> list[str]:
    """Let the repository demand newer libraries than the functions run with."""
    file = checkout / "requirements" / "oldest-runtime.in"
    text, changed = re.subn(r"^(boto3|botocore)==\S+$", r"\1==9.0.0", file.read_text(), flags=re.MULTILINE)
    file.write_text(text)
    assert changed == 2
    return ["boto3", "botocore"]
