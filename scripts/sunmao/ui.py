# SPDX-License-Identifier: GPL-2.0-only
"""What the user sees: steps with elapsed time, progress of long commands, and failures that explain themselves."""

import os
import selectors
import shutil
import signal
import subprocess
import sys
import time

START = time.monotonic()
LOG_LINES_SHOWN = 25
PROGRESS_EVERY_S = 20


class Failure(Exception):
    """A step failed: what, where its log is, and what the user can do."""

    def __init__(self, what, hint="", log=None):
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.log = log


def elapsed():
    """Time since the start of this command as m:ss."""
    seconds = int(time.monotonic() - START)
    return f"{seconds // 60:d}:{seconds % 60:02d}"


def say(text):
    """Print one line with the elapsed time."""
    print(f"[{elapsed():>6}] {text}", flush=True)


def report(failure):
    """Print a failure: what, the last lines of its log, where the log is, what to do."""
    print(f"\nFAILED: {failure.what}", file=sys.stderr)
    if failure.log and os.path.exists(failure.log):
        with open(failure.log, errors="replace") as f:
            tail = f.read()[-20000:].splitlines()[-LOG_LINES_SHOWN:]
        print(f"--- last {len(tail)} lines of {failure.log}", file=sys.stderr)
        for line in tail:
            print(f"    {line}", file=sys.stderr)
        print(f"--- log: {failure.log}", file=sys.stderr)
    if failure.hint:
        print(f"What to do: {failure.hint}", file=sys.stderr)
    sys.stderr.flush()


class Progress:
    """One status line: rewritten in place on a terminal, printed now and then elsewhere."""

    def __init__(self, title):
        self.title = title
        self.last = time.monotonic()
        self.tty = sys.stdout.isatty()
        self.shown = False

    def update(self, text):
        """Show @text when it is time to."""
        now = time.monotonic()
        if now - self.last < (0.2 if self.tty else PROGRESS_EVERY_S):
            return
        self.last = now
        line = f"[{elapsed():>6}] {self.title}: {text}"
        if self.tty:
            width = shutil.get_terminal_size().columns - 1
            print("\r\033[K" + line[:width], end="", flush=True)
            self.shown = True
        else:
            print(line, flush=True)

    def clear(self):
        """Remove the line, so that the next print starts clean."""
        if self.shown:
            print("\r\033[K", end="", flush=True)


def stop_group(process):
    """End a process that was started with its own session, and all its children."""
    for sig in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sig)
        except ProcessLookupError:
            return
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def run(title, argv, log, cwd=None, env=None, hint="", total=None, append=False, timeout=None,
        stdin=None):
    """Run one long command, its output in @log, with progress.

    @total: how many output lines are expected; shown as a count when given.
    Raises Failure with the log when the command ends with an error or runs longer than @timeout.
    """
    os.makedirs(os.path.dirname(log), exist_ok=True)
    progress = Progress(title)
    begin = time.monotonic()
    lines = 0
    rest = b""
    with open(log, "ab" if append else "wb") as out:
        out.write(("$ " + " ".join(argv) + "\n").encode())
        out.flush()
        try:
            process = subprocess.Popen(argv, cwd=cwd, env=env, stdin=stdin or subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       start_new_session=True)
        except FileNotFoundError as e:
            raise Failure(f"{title}: {argv[0]} is not installed", "run `make setup`", log) from e
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                while True:
                    if selector.select(1.0):
                        data = os.read(process.stdout.fileno(), 65536)
                        if not data:
                            break
                        out.write(data)
                        out.flush()
                        *done, rest = (rest + data).split(b"\n")
                        lines += len(done)
                        if done:
                            last = done[-1].decode(errors="replace").strip()
                            count = f"{lines}/{total} " if total else f"{lines} "
                            progress.update(count + last)
                    if timeout and time.monotonic() - begin > timeout:
                        raise Failure(f"{title}: no end after {timeout} s", hint, log)
            status = process.wait()
        except BaseException:
            stop_group(process)
            raise
        finally:
            progress.clear()
            process.stdout.close()
    if status:
        with open(log, errors="replace") as f:
            text = f.read()
        if "No space left on device" in text:
            hint = "the disk is full: free some space, then run the same command again"
        raise Failure(f"{title} (exit status {status})", hint or
                      "read the log, then run the same command again; finished parts are kept", log)
    return lines
