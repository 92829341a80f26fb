"""Write the pages into the function that serves them: `make pages`."""

from codegen.pages import FOLDER, files


def main() -> None:
    """Write all pages, and remove those that are no longer written."""
    wanted = {FOLDER / name: text for name, text in files().items()}
    for path in [each for each in FOLDER.rglob("*") if each.is_file() and each not in wanted]:
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
