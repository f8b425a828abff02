"""`python -m newsdesk` and the command `newsdesk`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; names a stray package that shadows ours, without a traceback."""
    try:
        from newsdesk.cli.app import main as run

        run()
    except ImportError:
        from newsdesk.doctor.installation import check_packages

        check = check_packages()
        if check.state == "ok":
            raise
        sys.exit(f"✗ Newsdesk's packages are {check.found}. {check.todo}")


if __name__ == "__main__":
    main()
