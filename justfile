# What is done often; `just` lists it, on Linux and on Windows. It comes with the extra `dev`.

set windows-shell := ["powershell.exe", "-NoLogo", "-NoProfile", "-Command"]

bin := if os_family() == "windows" { ".venv/Scripts" } else { ".venv/bin" }
system_python := if os_family() == "windows" { "py" } else { "python3" }

[private]
@default:
    just --list --unsorted

# The environment with everything that developing needs
install:
    {{ system_python }} -m venv .venv
    {{ bin }}/pip install -q -e '.[dev]'

# Have git check each commit (see .pre-commit-config.yaml)
hooks:
    {{ bin }}/pre-commit install

# A workspace of made-up organisations, run end to end
demo folder="demo":
    {{ bin }}/pledgebatch demo {{ folder }}

# All tests, or those that are named
test *tests:
    {{ bin }}/pytest {{ tests }}

# What CI asks of the code before its tests
lint:
    {{ bin }}/ruff check
    {{ bin }}/ruff format --check
    {{ bin }}/mypy

# Write again what the program writes into the repository: docs/rules.md and the blank workbooks
generate:
    {{ bin }}/python -m tests.generated

# The month against a plain script, as docs/performance.md shows it
bench organisations="1000" plain="12":
    {{ bin }}/python benchmarks/run.py {{ organisations }} {{ plain }}

# The pictures of the documents, made from the demo
pictures:
    {{ bin }}/python docs/pictures.py
