"""`python -m newsdesk` and the command `newsdesk`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; names a stray package that shadows ours, without a traceback."""
    try:
        from newsdesk.cli.app import main as run

        run()
    except ImportError:
        from newsdesk.cli.terminal.console import EXIT_FAILED, say_error
        from newsdesk.doctor.installation import check_packages

        check = check_packages()
        if check.state == "ok":
            raise
        say_error(f"Newsdesk's packages are {check.found}. {check.todo}")
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
