"""Commands for draws: tables, files, refusals, and a Dask cluster that loses a worker."""

import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

import hubmodel as hm
from hubmodel import cli
from hubmodel.case.scenario import apply_scenario
from hubmodel.text.numbers import NBSP

BY_YEAR = ("--set", "period=year")


@pytest.fixture
def command(capsys, monkeypatch):
    """Return a function that runs a command: exit status, output and errors."""

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["hubmodel", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capsys.readouterr()
        return left.value.code or 0, out.replace(NBSP, " "), err

    return call


def test_the_tornado_lists_the_largest_first_and_draws_it(command, tmp_path):
    code, out, _ = command("tornado", *BY_YEAR, "--count", 3, "--chart", tmp_path / "t.svg")
    found = hm.tornado(hm.load().with_({"period": "year"}))[:3]
    assert code == 0
    assert [line.split("  ")[0] for line in out.splitlines()[1:]] == [influence.label for influence in found]
    assert ElementTree.parse(tmp_path / "t.svg").getroot().tag.endswith("svg")


def test_simulate_says_what_the_draws_say(command, yearly):
    code, out, err = command("simulate", *BY_YEAR, "--draws", 512, "--below", "10 MSEK", "--format", "json")
    figure = json.loads(out)["figures"]["net_present_value"]
    wanted = hm.simulate(yearly, 512).summary(threshold=10e6)
    assert (code, err) == (0, "")
    assert (figure["mean"], figure["below"], figure["threshold"]) == (wanted.mean, wanted.below, 10e6)


def test_simulate_writes_its_worst_draws_as_scenarios(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = command("simulate", *BY_YEAR, "--draws", 64, "--worst", 2, "-o", "bad.toml")
    assert code == 0
    assert "bad-1.toml, bad-2.toml" in out
    values = [hm.evaluate(apply_scenario(hm.load(), f"bad-{place}.toml"))["net_present_value"] for place in (1, 2)]
    assert values == sorted(values)
    assert values[1] < hm.evaluate(hm.load())["net_present_value"]


def test_two_workers_find_the_same(command):
    alone, together = (
        command("simulate", *BY_YEAR, "--draws", 600, "--workers", n, "--format", "csv")[1] for n in (1, 2)
    )
    assert alone == together


def test_compare_says_what_moves_the_mean_and_the_spread(command, tmp_path):
    chart = tmp_path / "b.svg"
    arguments = ("compare", "without-grant", *BY_YEAR, "--draws", 128, "--chart", chart, "--format", "json")
    spread = json.loads(command(*arguments)[1])["spread"]
    (step,) = spread["steps"]
    assert spread["start"]["mean"] + step["mean"] == pytest.approx(spread["end"]["mean"])
    assert step["below"] == pytest.approx(spread["end"]["below"] - spread["start"]["below"])
    assert "What widens or narrows the spread" in (tmp_path / "b.svg").read_text(encoding="utf-8")


def test_in_swedish_too(command):
    _, out, _ = command("simulate", *BY_YEAR, "--draws", 64, "--language", "sv")
    assert "medelfel" in out
    assert "mnkr" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("simulate", "--draws", 0), "draws must be at least 1, got 0"),
        (("simulate", "--figures", ","), "--figures names none"),
        (("simulate", "--figures", "npv"), "no key figure that is a line or counted 'npv'"),
        (("simulate", "--workers", 0), "--workers must be at least 1, got 0"),
        (("simulate", "--draws", 8, "--chart", "x.png"), "a picture's name ends with .svg"),
        (("simulate", "--draws", 8, "--worst", 1, "-o", "x"), "a scenario's name ends with .toml"),
        (("simulate", "--points", "random"), "no kind of points 'random'"),
        (("simulate", "--draws", 8, "--below", "1.234"), "1.234"),
        (("tornado", "--ends", "p5"), "no kind of ends 'p5'"),
        (("sobol", "--draws", 10), "draws must be at least 64"),
        (("discover", "--density", 2), "--density must be a share"),
        (("discover", *BY_YEAR, "--draws", 512, "--threshold", "1e13"), "in every draw, so no range tells"),
        (("simulate", "--scheduler", "nowhere"), "--scheduler nowhere: no Dask scheduler answers"),
    ],
)
def test_wrong_use_is_one_line(command, arguments, message):
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


CLUSTER = """
import sys
from dask.distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", scheduler_port=0,
                      dashboard_address=None, silence_logs=50) as cluster:
        print(cluster.scheduler_address, *(one.pid for one in cluster.workers.values()), flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def cluster(tmp_path):
    """Start a Dask cluster of two workers on this machine: its address, and the processes of the workers."""
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, cwd=tmp_path) as process:  # fmt: skip
        address, *workers = process.stdout.readline().split()
        yield address, [int(worker) for worker in workers]
        process.stdin.close()
        process.wait(30)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same_numbers(cluster, yearly):
    from dask.distributed import Client

    address, workers = cluster

    class Losing:
        """A client that kills one of the two workers before its second result."""

        def __init__(self, client):
            self.client = client

        def map(self, function, jobs):
            for place, future in enumerate(self.client.map(function, jobs)):
                yield future.result()
                if place == 0:
                    os.kill(workers[0], signal.SIGKILL)

    with Client(address, set_as_default=False) as client:
        found = hm.simulate(yearly, 8 * 512, executor=Losing(client))
    assert (found.values["net_present_value"] == hm.simulate(yearly, 8 * 512).values["net_present_value"]).all()


@pytest.mark.slow
def test_the_command_runs_on_a_cluster(cluster, command):
    args = ("simulate", *BY_YEAR, "--draws", 1100, "--format", "csv")
    assert command(*args, "--scheduler", cluster[0])[1] == command(*args)[1]
