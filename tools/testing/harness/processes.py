# SPDX-License-Identifier: GPL-2.0-only
"""Processes that tests start: they die with the run, however it ends, and all at once when it is told to end."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor


class Stopped(BaseException):
    """The run was told to end. Not an Exception: nothing that catches a test's failure may go on."""


_stopping = threading.Event()
_living = {}
# a signal may arrive while its own thread is in here
_lock = threading.RLock()


def go_on():
    """Raise Stopped when the run was told to end."""
    if _stopping.is_set():
        raise Stopped


def start(argv, name, **options):
    """Start a process in a session of its own; returns subprocess.Popen. @name is what stop() calls it.

    It dies with the thread that starts it, which therefore has to live as long.
    """
    with _lock:
        go_on()
        process = subprocess.Popen(["setpriv", "--pdeathsig", "SIGKILL", "--", *argv], start_new_session=True,
                                   **options)
        for old in [p for p in _living if p.poll() is not None]:
            del _living[old]
        _living[process] = name
    return process


def run(argv, timeout, **options):
    """Run a program of the host to its end; returns subprocess.CompletedProcess with texts."""
    with start(argv, os.path.basename(argv[0]), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
               stderr=subprocess.PIPE, text=True, **options) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            kill(process)
            raise
    go_on()
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


def kill(process):
    """End a process of start() and what it has started itself."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def parallel(workers, function, items):
    """Call @function with every item, @workers at the same time; yields the results in the order of the items."""
    with ThreadPoolExecutor(workers) as pool:
        try:
            for future in [pool.submit(function, item) for item in items]:
                yield future.result()
        except GeneratorExit:
            # the caller wants no more of them; the run goes on
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        except BaseException:
            # nobody waits for the rest; what runs is over as soon as its process is
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def stop():
    """End all processes, let none start any more; returns the names of those that ran."""
    _stopping.set()
    with _lock:
        killed = [name for process, name in _living.items() if process.poll() is None]
        for process in _living:
            kill(process)
    return killed


def stop_on_signals():
    """Let SIGINT, SIGTERM and SIGHUP end the run at once, unless whoever started it ignores them (nohup, &)."""
    def handler(number, _):
        killed = stop()
        text = f"\nstopped by {signal.Signals(number).name}" + (f", killed: {', '.join(killed)}" if killed else "")
        # not print(): the signal may have come in the middle of one
        os.write(2, (text + "; what was finished is kept, the same command continues\n").encode())
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)
