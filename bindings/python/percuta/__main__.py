"""The command `percuta`, and python -m percuta: becomes the program that lies beside this file."""

import os
import pathlib
import sys


def main():
    program = pathlib.Path(__file__).parent / "bin" / "percuta"
    try:
        os.execv(program, ["percuta", *sys.argv[1:]])  # signals, exit code and terminal are its own
    except OSError as e:
        sys.exit(f"percuta: {program}: {e.strerror}; install the package again")


if __name__ == "__main__":
    main()
