"""The command line's entry point: `python -m admin`."""

from admin.cli import app

if __name__ == "__main__":
    app(prog_name="bokabridge")
