"""The commands of `bokabridge`, by group."""

import typer

from admin import dead_letters, doctor, health, keys, logs, month, secrets, settings, sync, tables, usage, why
from admin.command import FirstStackOption, JsonOption

app = typer.Typer(
    name="bokabridge",
    help="Sync Axema users, bill usage, and look after a stack of bokabridge. docs/cli.md lists the exit codes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(sync.app, name="sync")
app.add_typer(settings.app, name="settings")
app.add_typer(secrets.app, name="secrets")
app.add_typer(usage.app, name="usage")
app.add_typer(keys.app, name="keys")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(tables.app, name="tables")
month.register(usage.app)
logs.register(app)
doctor.register(app)
health.register(app)
why.register(app)


@app.callback()
def options(stack: FirstStackOption = None, as_json: JsonOption = False) -> None:
    """Take the options of all commands also before the command's name."""
