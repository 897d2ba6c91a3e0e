"""The documented start of the workers of a cluster: what cannot be is a sentence, never a traceback."""

import builtins
import sys

import dask
import pytest

from pledgebatch.engine import cluster, cluster_worker
from pledgebatch.engine.cluster import Cluster, security, url
from pledgebatch.mistakes import OfficeMistake

NOBODY = "dask://127.0.0.1:1"
TLS = "distributed.comm.tls"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", "1s")
    monkeypatch.setattr(cluster_worker, "PATIENCE", "1s")


def files(folder, *missing):
    """The settings of Dask for TLS, with files that hold no certificates."""
    told = {}
    for key in ("ca-file", "client.cert", "client.key", "worker.cert", "worker.key"):
        path = folder / key
        path.write_text("no certificate", "utf-8")
        told[f"{TLS}.{key}"] = None if key in missing else str(path)
    return told


def told_by(capsys, *given):
    assert cluster_worker.main(given) == 2
    said = capsys.readouterr().err
    assert said.startswith("错误：")
    assert said.count("\n") == 1
    return said


def test_a_scheduler_that_does_not_answer(capsys):
    assert "连不上集群" in told_by(capsys, NOBODY, "--processes", "1")


@pytest.mark.parametrize("given", [("10.0.0.1:8786",), (NOBODY, "--processes", "0"), ("dask://local:2",)])
def test_an_address_that_is_none(capsys, given):
    assert "请写明调度程序的地址" in told_by(capsys, *given)


def test_the_extra_is_not_installed(capsys, monkeypatch):
    real = builtins.__import__

    def without(name, *more):
        if name.partition(".")[0] in ("dask", "distributed"):
            raise ModuleNotFoundError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("dask", "distributed")]:
        monkeypatch.delitem(sys.modules, name)
    assert "pledgebatch[cluster]" in told_by(capsys, NOBODY)


def test_files_of_tls_that_are_missing_or_none(capsys, tmp_path):
    with dask.config.set(files(tmp_path)):
        assert url(NOBODY) == "tls://127.0.0.1:1"
        assert "证书或私钥不能用" in told_by(capsys, NOBODY)
        (tmp_path / "ca-file").unlink()
        assert f"{TLS}.ca-file" in told_by(capsys, NOBODY)
        with pytest.raises(OfficeMistake, match="找不到或无权读取"):
            Cluster(NOBODY)
    with dask.config.set(files(tmp_path, "client.key")):
        assert f"还缺 Dask 的设置 {TLS}.client.key" in told_by(capsys, NOBODY)
    assert security("client") is None
    assert url(NOBODY) == "tcp://127.0.0.1:1"
