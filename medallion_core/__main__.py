"""The product without a screen: ``python -m medallion_core COMMAND``.

Exits with 0 only when what was asked for is true. Results go to standard output, progress and
errors to standard error: a line of what, a line of what to do.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import TypeAlias

from medallion_core.cli.terminal import escape_what_cannot_be_written, say
from medallion_core.errors import MedallionError
from medallion_core.garbage import collect_seldom
from medallion_core.model import Publishing

Groups: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Command = Callable[[argparse.Namespace], bool]

IN_WORKSPACE, ON_FILES = "medallion_core.cli.commands", "medallion_core.cli.files"
"""Modules with a function for each command, imported by the command that is given: the SDK takes
longer to load than a bundle to write."""


def main(words: Sequence[str] | None = None) -> int:
    escape_what_cannot_be_written()
    collect_seldom()
    arguments = parser().parse_args(words)
    try:
        command: Command = resolve_name(arguments.command)
        done = command(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough, and Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        say("Stopped. What runs in the workspace goes on; `status` tells how it stands.")
    except MedallionError as error:
        say(error.message)
        if error.hint:
            say(error.hint)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        say(f"Unexpected {type(error).__name__}: {error}")
        say("This is a defect: report it with what `python -X dev -m medallion_core …` prints.")
    else:
        return 0 if done else 1
    return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m medallion_core", description=__doc__)
    top.add_argument("--profile", default="", help="profile of the Databricks CLI")
    top.add_argument("--warehouse", default="", help="id or name of the SQL warehouse")
    groups = top.add_subparsers(required=True, metavar="COMMAND")

    one = _command(groups, "browse", "list catalogs, schemas or tables")
    one.add_argument("scope", nargs="?", default="", metavar="CATALOG[.SCHEMA]")

    one = _command(groups, "propose", "propose a design for a schema's tables")
    one.add_argument("scope", metavar="CATALOG.SCHEMA")
    one.add_argument("--tables", default="", metavar="A,B", help="only these tables")
    one.add_argument("--name", required=True, help="name of the pipeline")
    one.add_argument("--catalog", required=True, help="catalog to publish to")
    one.add_argument("--schema", required=True, help="schema to publish to")
    one.add_argument("--publishing", choices=list(Publishing), default=Publishing.TARGET)
    one.add_argument("-o", "--output", type=Path, metavar="FILE")
    one.add_argument("--json", action="store_true", help="print keys, roles and references")

    one = _command(groups, "generate", "write the bundle of a design", ON_FILES)
    one.add_argument("design", type=Path)
    one.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    one.add_argument("--overwrite", action="store_true", help="replace files changed by hand")

    one = _command(groups, "check", "check a generated bundle", ON_FILES)
    one.add_argument("folder", type=Path, metavar="DIR")

    _add_workspace_commands(groups)
    return top


def _add_workspace_commands(groups: Groups) -> None:
    for name, text in (
        ("plan", "show what deploying would change"),
        ("explain", "ask a warehouse which tables refresh incrementally"),
        ("deploy", "bring files, grants and pipeline up to the design"),
        ("run", "run the pipeline and wait for the verdict"),
        ("status", "tell how the latest update stands"),
    ):
        one = _command(groups, name, text)
        one.add_argument("design", type=Path)
        if name in ("plan", "deploy"):
            _add_consents(one)
        if name in ("deploy", "run"):
            one.add_argument(
                "--accept-code",
                nargs="+",
                default=[],
                metavar="PATH",
                help="let these files run as somebody changed them by hand",
            )
        if name == "run":
            one.add_argument(
                "--full-refresh", action="store_true", help="refresh every table in full"
            )
            one.add_argument(
                "--repair", type=_rounds, default=0, metavar="N", help="mend up to N times"
            )
            one.add_argument(
                "--accept",
                nargs="+",
                default=[],
                metavar="CODE[:TABLE]",
                help="agree beforehand to repairs that would ask: COLUMN_IS_RENAMED, or for one "
                "table alone COLUMN_IS_RENAMED:silver_orders",
            )


def _rounds(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rounds")
    return int(text)


def _command(
    groups: Groups, name: str, text: str, module: str = IN_WORKSPACE
) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = groups.add_parser(name, help=text, description=text)
    one.set_defaults(command=f"{module}:{name}")
    return one


def _add_consents(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--overwrite", nargs="+", default=[], metavar="PATH", help="replace these edited files"
    )
    one.add_argument(
        "--full-refresh",
        nargs="+",
        default=[],
        metavar="TABLE",
        help="refresh these tables in full",
    )
    one.add_argument(
        "--delete",
        nargs="+",
        default=[],
        metavar="TABLE",
        help="let the pipeline make these tables no longer",
    )


if __name__ == "__main__":
    sys.exit(main())
