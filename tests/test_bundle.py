"""The zip for Windows: its list of packages is enough there, and what is in it is what the clerk needs."""

import importlib.util
import re
import tomllib
import zipfile
from pathlib import Path

from packaging.requirements import Requirement

from tests.checkout import ROOT

_spec = importlib.util.spec_from_file_location("bundle", ROOT / "tools" / "bundle.py")
assert _spec
assert _spec.loader
bundle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bundle)

LISTED = dict(line.split("==") for line in bundle.LOCK.read_text("utf-8").split())
WINDOWS = {
    "sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64", "python_version": bundle.PYTHON,
    "python_full_version": f"{bundle.PYTHON}.0", "extra": "",
}  # fmt: skip


def test_everything_that_is_needed_on_windows_is_listed() -> None:
    assert {"colorama", "tzdata", "argon2-cffi-bindings", "pywin32-ctypes"} <= LISTED.keys()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [each for extra in bundle.EXTRAS for each in project["optional-dependencies"][extra]]
    for each in map(Requirement, project["dependencies"] + extras):
        if each.marker is None or each.marker.evaluate(WINDOWS):
            assert each.specifier.contains(LISTED[each.name.lower()]), f"{each}: run python tools/bundle.py --resolve"


def test_the_zip_holds_the_wheels_the_handbook_and_one_file_to_click(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "tzdata-2026.6-py2.py3-none-any.whl").write_bytes(b"wheel")
    made = bundle.assemble(wheels, tmp_path / "out")
    again = bundle.assemble(wheels, tmp_path / "again")
    assert made.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(made) as container:
        names = {name.partition("/")[2] for name in container.namelist()}
        page = container.read(next(name for name in container.namelist() if name.endswith("手册.html"))).decode()
    assert {"安装.cmd", "手册/手册.html", "wheels/tzdata-2026.6-py2.py3-none-any.whl"} <= names
    assert {f"手册/{src}" for src in re.findall(r'<img src="([^"]+)"', page)} <= names
    assert "<table>" in page


def test_the_script_that_installs_is_read_by_chinese_windows() -> None:
    data = bundle.install_script()
    assert data.count(b"\n") == data.count(b"\r\n") == len(bundle.INSTALL.splitlines())
    text = data.decode("gbk")
    assert text.startswith("@echo off\r\n")
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", text)) == labels
    asked = [line for line in text.splitlines() if bundle.WHERE_PYTHON_IS in line]
    assert len(asked) == 1
    assert '--no-index --find-links wheels "pledgebatch[door,forms,keyring]"' in text
    assert "%" not in re.sub(r"%~dp0|%%[FP]|%\w+%", "", text)
