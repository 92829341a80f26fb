"""The pages in functions/servicestack/static are those that `make pages` writes now."""

from codegen.pages import FOLDER, files

MAX_BYTES = 2_600_000
"""What the function's pages may weigh. Swagger UI takes 1.9 MB of it."""


def test_written_pages_are_up_to_date() -> None:
    wanted = files()
    written = {str(path.relative_to(FOLDER)): path.read_text() for path in FOLDER.rglob("*") if path.is_file()}
    assert sorted(written) == sorted(wanted), "Run `make pages`."
    assert [name for name, text in wanted.items() if written[name] != text] == [], "Run `make pages`."


def test_written_pages_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < MAX_BYTES
