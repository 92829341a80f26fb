"""The benchmarks' processes and peers do their work. Nothing here is timed."""

from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks.bench import Bench
from benchmarks.peers import Peer, one_by_one, rewrite
from benchmarks.start import starts
from benchmarks.start_scene import scene
from benchmarks.usersync import ours
from local.axema.simulator import AxemaSimulator
from local.stack.emulator import emulator
from local.stack.processes import free_port

PEOPLE = 20


def test_every_start_gives_the_answer_that_it_should(tmp_path: Path) -> None:
    with scene(tmp_path) as found:
        measured = {start.title: start.cpu_milliseconds(depth=0) for start in starts(found)}
    assert len(measured) == 9
    assert min(measured.values()) > 0


@pytest.mark.parametrize("peer", [ours, rewrite, one_by_one])
def test_sync_and_its_peers_write_every_person_once(peer: Peer, tmp_path: Path) -> None:
    company_id = str(uuid4())
    with emulator(free_port(), tmp_path) as aws_url, AxemaSimulator({}) as axema:
        bench = Bench(aws_url, axema.url)
        bench.steer(company_id, users=PEOPLE)
        run = peer(bench, company_id, tmp_path / "scratch")
        run()
        bench.steer(company_id, changed=1)
        run()
        dynamodb = bench.dynamodb()
        customers = [name for name in dynamodb.list_tables()["TableNames"] if name.startswith("CustomersTable")]
        counts = [dynamodb.scan(TableName=name, Select="COUNT")["Count"] for name in customers]
    assert counts == [PEOPLE]
