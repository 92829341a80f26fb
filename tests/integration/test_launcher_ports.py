"""The ports of a stack: which first ports are possible, and which busy port is named."""

import socket

import pytest

from local.stack.processes import (
    HIGHEST_PORT,
    LOWEST_PORT,
    PORTS,
    SERVICES,
    StartError,
    first_port,
    free_port,
    require_free,
)


@pytest.mark.parametrize("at", range(PORTS))
def test_the_busy_port_is_named_with_its_server_and_a_free_port_is_suggested(at: int) -> None:
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", port + at)),
        pytest.raises(StartError, match=f"^Port {port + at}, for the {SERVICES[at]}, is in use ") as error,
    ):
        require_free(port)
    require_free(first_port(str(error.value).rpartition("PORT=")[2].rstrip(".")))


def test_a_free_port_is_found_even_if_no_higher_one_is_left() -> None:
    with socket.create_server(("127.0.0.1", HIGHEST_PORT)), pytest.raises(StartError, match="PORT=") as error:
        require_free(HIGHEST_PORT)
    assert int(str(error.value).rpartition("PORT=")[2].rstrip(".")) != HIGHEST_PORT


@pytest.mark.parametrize("text", ["", "abc", "-1", "0", "80", "65532", "65535", "4566.0", "٤٥٦٦", "9" * 5000])
def test_an_impossible_first_port_is_a_sentence_with_the_possible_ones(text: str) -> None:
    with pytest.raises(StartError, match=f"Choose a number from {LOWEST_PORT} to {HIGHEST_PORT}"):
        first_port(text)


@pytest.mark.parametrize("port", [LOWEST_PORT, 4566, HIGHEST_PORT])
def test_a_possible_first_port_is_taken_as_it_is(port: int) -> None:
    assert first_port(str(port)) == port
