"""The process that all viewers share: the same numbers as without it, cached, and no harm if it is missing."""

import dataclasses
import os
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client

import pytest

import hubmodel as hm
from hubmodel.dashboard import worker
from hubmodel.dashboard.worker import ADDRESS, KEY, Worker
from hubmodel.errors import InputError


@pytest.fixture(scope="module")
def yearly():
    return hm.load("northx").with_({"period": "year"})


@pytest.fixture(scope="module")
def running():
    """Run a worker process, with its variables in the environment."""
    with worker.started():
        patience = time.monotonic() + 60
        while not os.path.exists(os.environ[ADDRESS]) and time.monotonic() < patience:
            time.sleep(0.1)
        yield os.environ[ADDRESS]
    del os.environ[ADDRESS], os.environ[KEY]


def no_local(function):
    raise AssertionError("done here instead of in the shared process")


def test_draws_and_tornado_are_those_made_here(running, yearly, monkeypatch):
    monkeypatch.setattr(worker, "run_job", no_local)
    monkeypatch.setattr(worker, "tornado", no_local)
    shared = hm.simulate(yearly, 600, executor=Worker())
    assert (shared.values["net_present_value"] == hm.simulate(yearly, 600).values["net_present_value"]).all()
    assert Worker().tornado(yearly) == hm.tornado(yearly)


def test_an_error_comes_back_as_it_was_raised(running, yearly):
    rows = tuple(row.model_copy(update={"low": None, "high": None}) for row in yearly.rows)
    with pytest.raises(InputError, match="no input has a range"):
        Worker().tornado(dataclasses.replace(yearly, base=None, rows=rows))


def test_who_does_not_know_the_key_gets_nothing(running, yearly, monkeypatch):
    with pytest.raises((AuthenticationError, OSError, EOFError)):
        Client(running, authkey=b"guessed")
    monkeypatch.setattr(worker, "tornado", no_local)
    assert len(Worker().tornado(yearly)) > 50  # and the others are still served


def test_work_outside_the_list_is_refused(running):
    with Client(running, authkey=bytes.fromhex(os.environ[KEY])) as line:
        line.send(("system", "true"))
        ok, answer = line.recv()
    assert (ok, type(answer)) == (False, KeyError)


def test_what_was_drawn_is_kept_for_the_next_viewer(yearly):
    worker._kept.clear()
    draws = hm.simulate(yearly, 1).draws
    job = worker.Job(draws, ("net_present_value",), 0, 64)
    again = worker.Job(hm.simulate(yearly.with_({}), 1).draws, ("net_present_value",), 0, 64)
    assert worker._run_job(job) is worker._run_job(again)
    for at in range(worker.KEPT + 3):
        worker._run_job(worker.Job(draws, ("net_present_value",), 0, at + 1))
    assert len(worker._kept) == worker.KEPT


def test_without_the_process_work_is_done_here(yearly, monkeypatch):
    for address in ("", "/nowhere/at/all"):
        monkeypatch.setenv(ADDRESS, address)
        monkeypatch.setenv(KEY, "00")
        assert Worker().tornado(yearly) == hm.tornado(yearly)
