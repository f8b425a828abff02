"""`python -m newsdesk` and the command `newsdesk`."""

from newsdesk.cli.app import main

if __name__ == "__main__":
    main()
