"""Makes a zip that installs pledgebatch on Windows without a network: ``python tools/bundle.py``.

``tools/windows.txt`` says which packages go in, each with its version; ``python tools/bundle.py --resolve`` writes it anew
with uv (``pip install uv``), by the markers of Windows. Making the zip downloads the wheels for win_amd64 by that list.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
LOCK = Path(__file__).with_name("windows.txt")
PYTHON = "3.12"
"""The Python that the wheels are for."""
EXTRAS = ("door", "forms", "keyring")
"""The extras that an office uses: where there is no network, they cannot be had later."""
ALWAYS = "colorama\n"
"""What goes in besides: older versions of click, which we still take, want it on Windows alone."""
ENCODING = "gbk"
DATE = (1980, 1, 1, 0, 0, 0)
WHERE_PYTHON_IS = "https://www.python.org/downloads/windows/"
NO_PYTHON = (
    f"没有找到 Python {PYTHON}：请从 {WHERE_PYTHON_IS} 下载 Python {PYTHON} 的 Windows installer (64-bit)，"
    "放进这里的 runtime 文件夹，再双击“安装.cmd”"
)
INSTALL = f"""\
@echo off
setlocal
cd /d "%~dp0"
set "PLACE=%LOCALAPPDATA%\\pledgebatch"
set "BASE="
set "SETUP="
if exist "%PLACE%\\python\\python.exe" set "BASE=%PLACE%\\python\\python.exe"
if defined BASE goto found
for %%F in (runtime\\python-{PYTHON}*-amd64.exe) do set "SETUP=%%F"
if not defined SETUP goto other
echo 正在装 Python，要一两分钟……
"%SETUP%" /quiet InstallAllUsers=0 TargetDir="%PLACE%\\python" PrependPath=0 Include_launcher=0 Include_test=0 Shortcuts=0
if exist "%PLACE%\\python\\python.exe" set "BASE=%PLACE%\\python\\python.exe"
if defined BASE goto found
echo Python 没有装成：请双击 %SETUP% 自己装一次，再双击“安装.cmd”。
goto failed
:other
for /f "delims=" %%P in ('py -{PYTHON} -c "import sys; print(sys.executable)" 2^>nul') do set "BASE=%%P"
if defined BASE goto found
echo {NO_PYTHON}。
goto failed
:found
echo 正在装程序……
"%BASE%" -m venv --clear "%PLACE%\\env" || goto broken
"%PLACE%\\env\\Scripts\\python.exe" -m pip install --quiet --no-index --find-links wheels "pledgebatch[{",".join(EXTRAS)}]" || goto broken
set "WORK=%USERPROFILE%\\Documents\\公开承诺"
if not exist "%WORK%\\registry.xlsx" "%PLACE%\\env\\Scripts\\python.exe" -m pledgebatch.cli init "%WORK%" || goto broken
echo 装好了。工作目录在 %WORK%，以后双击里面的“打开工作台.cmd”。已有工作目录的，双击它里面的“打开工作台.cmd”之前，
echo 请先运行 "%PLACE%\\env\\Scripts\\pledgebatch.exe" desk --workspace 那个文件夹。
start "" "%PLACE%\\env\\Scripts\\pythonw.exe" -m pledgebatch.cli desk --workspace "%WORK%"
pause
exit /b 0
:broken
echo 没有装成：请把这个窗口里的字拍下来，发给维护人员。
:failed
pause
exit /b 1
"""
"""安装.cmd."""


def install_script() -> bytes:
    """安装.cmd as Chinese Windows reads it."""
    return INSTALL.replace("\n", "\r\n").encode(ENCODING)


def handbook() -> str:
    """The handbook as a page."""
    text = (ROOT / "docs" / "手册.md").read_text("utf-8")
    body = MarkdownIt("commonmark").enable("table").render(text)
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>办公室手册</title>'
        "<style>body { max-width: 50rem; margin: 0 auto; padding: 1rem; font: 16px/1.7 'Microsoft YaHei', sans-serif; } "
        "img { max-width: 100%; } td, th { border: 1px solid #ccc; padding: .3rem; } table { border-collapse: collapse; }</style>"
        f"</head><body>\n{body}</body></html>\n"
    )


def resolve() -> None:
    """Write the list of packages anew, by the markers of Windows."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(ALWAYS, "utf-8")
        command = [found] if (found := shutil.which("uv")) else [sys.executable, "-m", "uv"]
        options = [
            "--python-platform",
            "windows",
            "--python-version",
            PYTHON,
            "--no-header",
            "--no-annotate",
            "--upgrade",
            *(f"--extra={extra}" for extra in EXTRAS),
        ]
        subprocess.run(
            [*command, "pip", "compile", "--quiet", *options, "pyproject.toml", str(wanted), "-o", str(LOCK)],
            cwd=ROOT,
            check=True,
        )


def download(wheels: Path) -> None:
    """Download the wheels of the list for Windows, and build our own."""
    pip = [sys.executable, "-m", "pip"]
    platform = ["--only-binary=:all:", "--platform", "win_amd64", "--implementation", "cp", "--python-version", PYTHON]
    subprocess.run(
        [*pip, "download", "--quiet", "--no-deps", *platform, "-d", str(wheels), "-r", str(LOCK)], check=True
    )
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "-w", str(wheels), str(ROOT)], check=True)


def assemble(wheels: Path, out: Path) -> Path:
    """The zip, of what is in ``wheels``; the same bytes for the same files."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    top = f"pledgebatch-{version}-windows"
    parts = {
        "安装.cmd": install_script(),
        "手册/手册.html": handbook().encode(),
        "runtime/请把 Python 安装程序放在这里.txt": f"{NO_PYTHON}。\r\n".encode(ENCODING),
    }
    parts |= {
        f"手册/pictures/{path.name}": path.read_bytes() for path in sorted((ROOT / "docs" / "pictures").iterdir())
    }
    parts |= {f"wheels/{path.name}": path.read_bytes() for path in sorted(wheels.glob("*.whl"))}
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{top}.zip"
    with zipfile.ZipFile(target, "w") as container:
        for name, data in parts.items():
            info = zipfile.ZipInfo(f"{top}/{name}", DATE)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name.endswith((".whl", ".png")) else zipfile.ZIP_DEFLATED
            container.writestr(info, data)
    return target


def main() -> None:
    """Do what the options say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resolve", action="store_true", help="write tools/windows.txt anew, and no zip")
    parser.add_argument("--wheels", type=Path, help="a folder that has the wheels already; nothing is downloaded")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the zip goes (dist)")
    asked = parser.parse_args()
    if asked.resolve:
        resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        wheels = asked.wheels or Path(folder)
        if not asked.wheels:
            download(wheels)
        print(assemble(wheels, asked.out))


if __name__ == "__main__":
    main()
