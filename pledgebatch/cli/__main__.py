"""``python -m pledgebatch.cli``: the command line of this very installation, wherever it is started from."""

from pledgebatch.cli import main

if __name__ == "__main__":
    main()
