# SPDX-License-Identifier: GPL-2.0-only
"""A virtual RK3588: the QEMU process, its console log, its command channel, its counters.

Nothing here sleeps and hopes: every wait ends with an event or with a time limit, and the end of the
QEMU process or a kernel panic ends every wait at once.
"""

import os
import re
import selectors
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from typing import NamedTuple

from . import processes, splat
from .qmp import QMP

# Slow machines (a busy CI host, sanitizer kernels) stretch all time limits.
TIME_SCALE = float(os.environ.get("SUNMAO_TIME_SCALE", "1"))
BOOT_LIMIT_S = 120
KMEMLEAK = "/sys/kernel/debug/kmemleak"
QMP_LIMIT_S = 60
STOP_LIMIT_S = 20
PANIC = re.compile(rb"Kernel panic - not syncing.*|sunmao agent: .*")


class VMError(Exception):
    """The machine did not do what was asked: it died, or no answer came in time."""


class Result(NamedTuple):
    """Exit status and output (stdout and stderr) of a guest command."""
    rc: int
    output: str


class Job:
    """A command that runs in the guest while the test goes on."""

    def __init__(self, vm, ident, command):
        self.vm = vm
        self.id = ident
        self.command = command
        self.data = bytearray()
        self.rc = None

    @property
    def output(self):
        """What the command has written so far."""
        return self.data.decode(errors="replace")

    def done(self):
        """Whether it has ended (takes in what has arrived, does not wait)."""
        self.vm.pump(0)
        return self.rc is not None

    def wait(self, timeout=60):
        """Wait for its end; returns Result."""
        self.vm.wait_for(lambda: self.rc is not None, timeout, f"the end of: {self.command}")
        return Result(self.rc, self.output)

    def wait_output(self, pattern, timeout=60):
        """Wait until the regular expression matches its output; returns the match."""
        expression = re.compile(pattern)
        found = []

        def check():
            m = expression.search(self.output)
            if m:
                found.append(m)
            elif self.rc is not None:
                raise VMError(f"{self.command} ended ({self.rc}) without {pattern!r}:\n{self.output}")
            return bool(m)

        self.vm.wait_for(check, timeout, f"{pattern!r} from: {self.command}")
        return found[0]

    def kill(self, sig=signal.SIGKILL):
        """Send a signal to the command and all it started."""
        self.vm.send(f"KILL {self.id} {int(sig)}\n".encode())


class VM:
    """One machine.

    @image: an initramfs (images.Image), its kernel and its device tree.
    @name: names the log directory.
    @smp: number of CPUs (1..8). @memory: RAM in MiB, as QEMU's -m.
    @overlay: add the node of the harness's virtio channel to the device tree. False leaves the device
      tree untouched byte for byte; commands then go over the UART, which is slower.
    @overlays: more device tree overlays (.dtso or .dtbo files) to apply.
    @append: more kernel command line. @icount: QEMU's -icount value for deterministic runs.
    @qemu_args: more QEMU arguments.
    @load: when the guest is up, insert the modules that its modules.load names, as Android's init does.
    """

    def __init__(self, image, name, log_dir, qemu, smp=4, memory="2G", overlay=True, overlays=(),
                 append="", icount=None, qemu_args=(), load=False):
        self.image = image
        self.name = name
        self.log_dir = os.path.join(log_dir, name)
        self.qemu = qemu
        self.smp = smp
        self.memory = memory
        self.overlay = overlay
        self.overlays = list(overlays)
        self.append = append
        self.icount = icount
        self.qemu_args = list(qemu_args)
        self.load = load
        self.process = None
        self.qmp = None
        self.sock = None
        self.sockets = None
        self.serial_log = os.path.join(self.log_dir, "serial.log")
        self.jobs = {}
        self.answers = {}
        self.next_id = 1
        self.buffer = bytearray()
        self.hello = False
        self.serial_seen = 0
        self.serial_mark = 0
        self.panic = None
        self.allowed = []
        self.boot_seconds = None

    # Called with a machine that lives and is about to be stopped.
    farewell = None

    # ---- life ----

    def start(self, timeout=BOOT_LIMIT_S):
        """Start QEMU and wait until the guest's agent answers."""
        shutil.rmtree(self.log_dir, ignore_errors=True)
        os.makedirs(self.log_dir)
        # unix socket paths are limited to 108 bytes: keep them out of the log directory
        self.sockets = tempfile.TemporaryDirectory(prefix="sunmao-vm-")
        dtb = self.image.device_tree(self.overlay, self.overlays, self.log_dir)
        port = "/dev/vport0p1" if self.overlay else "/dev/ttyS2"
        agent = f"socket,id=agent,path={self.sockets.name}/agent,server=on,wait=off"
        append = f"console=ttyS2,1500000n8 loglevel=7 panic=-1 sunmao.agent={port} {self.append}"
        argv = [self.qemu, "-M", "rk3588", "-m", self.memory, "-smp", str(self.smp), "-nic", "none",
                "-display", "none", "-monitor", "none", "-no-reboot",
                "-kernel", self.image.kernel, "-dtb", dtb, "-initrd", self.image.path,
                "-append", append.strip(),
                "-qmp", f"unix:{self.sockets.name}/qmp,server=on,wait=off",
                "-d", "guest_errors", "-D", os.path.join(self.log_dir, "guest-errors.log")]
        if self.overlay:
            argv += ["-serial", f"file:{self.serial_log}", "-chardev", agent,
                     "-global", "virtio-mmio.force-legacy=false",
                     "-device", "virtio-serial-device",
                     "-device", "virtserialport,chardev=agent,name=sunmao.agent"]
        else:
            argv += ["-chardev", agent + f",logfile={self.serial_log}", "-serial", "chardev:agent"]
        if self.icount:
            argv += ["-icount", str(self.icount)]
        argv += self.qemu_args
        with open(os.path.join(self.log_dir, "command"), "w") as f:
            f.write(shlex.join(argv) + "\n")
        begin = time.monotonic()
        with open(os.path.join(self.log_dir, "qemu.log"), "wb") as log:
            self.process = processes.start(argv, self.name, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._connect()
            self.wait_for(lambda: self.hello, timeout, "the guest's agent")
            self.boot_seconds = time.monotonic() - begin
            if self.load:
                self.load_modules()
        except BaseException:
            self.stop()
            raise
        return self

    def load_modules(self):
        """Insert the modules of modules.load one by one, in its order: nobody else looks for dependencies."""
        self.sh("cd /lib/modules/$(uname -r) && while read -r m; do insmod $m || { echo $m; exit 1; }; done "
                "< modules.load", 120)

    def _connect(self):
        deadline = time.monotonic() + QMP_LIMIT_S * TIME_SCALE
        path = f"{self.sockets.name}/agent"
        while True:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self.sock.connect(path)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                self.sock.close()
                self.sock = None
                if self.process.poll() is not None:
                    raise VMError(self._death()) from None
                if time.monotonic() > deadline:
                    raise VMError("QEMU does not open its sockets") from None
                time.sleep(0.01)
        self.sock.setblocking(False)
        self.qmp = QMP(f"{self.sockets.name}/qmp", QMP_LIMIT_S * TIME_SCALE)

    def alive(self):
        """Whether QEMU runs and the kernel has not panicked."""
        return self.process is not None and self.process.poll() is None and not self.panic

    def stop(self):
        """End the machine at once; its logs stay."""
        farewell, self.farewell = self.farewell, None
        if farewell and self.hello and self.alive():
            farewell(self)  # pylint: disable=not-callable
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.qmp:
            self.qmp.close()
            self.qmp = None
        if self.sock:
            self.sock.close()
            self.sock = None
        if self.sockets:
            self.sockets.cleanup()

    def __enter__(self):
        return self if self.process else self.start()

    def __exit__(self, *_):
        self.stop()

    def _death(self):
        """What is known about its end; Stopped when the run has ended it."""
        processes.go_on()
        parts = [f"the machine {self.name} died (QEMU status {self.process.poll()})"]
        if self.panic:
            parts.append(self.panic)
        with open(os.path.join(self.log_dir, "qemu.log"), errors="replace") as f:
            parts.append(f.read()[-1500:].strip())
        parts.append("last console lines:\n" + "\n".join(self.serial().splitlines()[-25:]))
        return "\n".join(p for p in parts if p)

    # ---- waiting ----

    def wait_for(self, condition, timeout, what):
        """Take in events until @condition() holds; VMError after @timeout seconds or when it died."""
        deadline = time.monotonic() + timeout * TIME_SCALE
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                raise VMError(f"{self.name}: waited {timeout * TIME_SCALE:.0f} s for {what}\n"
                              "last console lines:\n"
                              + "\n".join(self.serial().splitlines()[-25:]))
            if not self.pump(min(left, 0.5)) and not condition():
                raise VMError(self._death() + f"\nwhile waiting for {what}")

    def pump(self, timeout):
        """Take in what arrives within @timeout seconds; False when the machine is dead."""
        if self.sock is None:
            return False
        with selectors.DefaultSelector() as selector:
            selector.register(self.sock, selectors.EVENT_READ)
            ready = selector.select(timeout)
        if ready:
            try:
                data = self.sock.recv(1 << 20)
            except BlockingIOError:
                data = None
            except ConnectionError:
                data = b""
            if data == b"":
                self._check_panic()
                return False
            if data:
                self.buffer += data
                self._parse()
        self._check_panic()
        return self.alive()

    def _check_panic(self):
        try:
            with open(self.serial_log, "rb") as f:
                f.seek(self.serial_seen)
                new = f.read()
        except FileNotFoundError:
            return
        # keep a partial last line for the next look
        whole = new[:new.rfind(b"\n") + 1]
        self.serial_seen += len(whole)
        m = PANIC.search(whole)
        if m and not self.panic:
            self.panic = m.group().decode(errors="replace")

    def _parse(self):
        while True:
            begin = self.buffer.find(b"\x02")
            if begin < 0:
                self.buffer.clear()
                return
            del self.buffer[:begin]
            end = self.buffer.find(b"\n")
            if end < 0:
                return
            words = self.buffer[1:end].decode(errors="replace").split(" ", 3)
            length = int(words[2]) if words[0] in ("OUT", "FILE") else 0
            if len(self.buffer) < end + 1 + length:
                return
            data = bytes(self.buffer[end + 1:end + 1 + length])
            del self.buffer[:end + 1 + length]
            self._frame(words, data)

    def _frame(self, words, data):
        kind = words[0]
        if kind == "HELLO":
            self.hello = True
            return
        ident = int(words[1])
        job = self.jobs.get(ident)
        if kind == "OUT" and job:
            job.data += data
        elif kind == "END" and job:
            job.rc = int(words[2])
            del self.jobs[ident]
        elif kind == "END":
            self.answers[ident] = b""
        elif kind == "FILE":
            self.answers[ident] = data
        elif kind == "ERR":
            self.answers[ident] = OSError(int(words[2]), os.strerror(int(words[2])), words[3])

    def send(self, data):
        """Send raw bytes to the agent."""
        deadline = time.monotonic() + QMP_LIMIT_S * TIME_SCALE
        view = memoryview(data)
        while view:
            try:
                view = view[self.sock.send(view[:65536]):]
            except BlockingIOError:
                if not self.pump(0.01) or time.monotonic() > deadline:
                    raise VMError(f"{self.name}: the guest does not take commands\n"
                                  + self._death()) from None
            except (ConnectionError, AttributeError):
                self._check_panic()
                raise VMError(self._death()) from None

    # ---- commands in the guest ----

    def spawn(self, command, timeout=600):
        """Start a shell command; returns Job. The guest kills it after @timeout seconds."""
        ident = self.next_id
        self.next_id += 1
        job = Job(self, ident, command)
        self.jobs[ident] = job
        script = command.encode()
        limit = max(1, int(timeout * TIME_SCALE))
        self.send(f"RUN {ident} {limit} {len(script)}\n".encode() + script)
        return job

    def run(self, command, timeout=60, check=False):
        """Run a shell command to its end; returns Result(rc, output), rc 124 when it took too long.

        @check: raise VMError unless it ends with 0.
        """
        job = self.spawn(command, timeout)
        # the guest ends it; the margin is for a guest that does not even do that
        result = job.wait(timeout + 30)
        if check and result.rc:
            raise VMError(f"`{command}` ended with {result.rc}:\n{result.output}")
        return result

    def sh(self, command, timeout=60):
        """Run a shell command that must succeed; returns its output without the last newline."""
        return self.run(command, timeout, check=True).output.rstrip("\n")

    def _answer(self, header, data, timeout, what):
        ident = self.next_id
        self.next_id += 1
        self.send(header.format(id=ident).encode() + data)
        self.wait_for(lambda: ident in self.answers, timeout, what)
        answer = self.answers.pop(ident)
        if isinstance(answer, OSError):
            raise answer
        return answer

    def put(self, path, data, mode=0o755, timeout=60):
        """Write a file in the guest."""
        self._answer("PUT {id} %o %d %s\n" % (mode, len(data), path), data, timeout, f"put {path}")

    def get(self, path, timeout=60):
        """Read a file of the guest as bytes."""
        return self._answer("GET {id} %s\n" % path, b"", timeout, f"get {path}")

    def read(self, path, timeout=60):
        """Read a text file of the guest (sysfs, procfs, debugfs), without surrounding white space."""
        return self.get(path, timeout).decode(errors="replace").strip()

    def modprobe(self, module, params="", timeout=60):
        """Load a module with its dependencies; VMError with the kernel's words when that fails."""
        result = self.run(f"modprobe {module} {params}", timeout)
        if result.rc:
            tail = "\n".join(self.serial().splitlines()[-15:])
            raise VMError(f"modprobe {module}: {result.output}\n{tail}")

    # ---- kmemleak ----

    def forget_leaks(self):
        """Let kmemleak not report again what it suspects now (boot, and false alarms of it)."""
        self.sh(f"echo scan > {KMEMLEAK}; echo clear > {KMEMLEAK}", timeout=300)

    def leaks(self):
        """What kmemleak suspects, as text; "" when there is nothing.

        It reports only what is older than 5 s and unreferenced in two scans: one to find, a time
        to age, one to confirm.
        """
        return self.sh(f"echo scan > {KMEMLEAK}; sleep 6; echo scan > {KMEMLEAK}; cat {KMEMLEAK}",
                       timeout=600)

    # ---- the machine's own view ----

    def qom_get(self, path, prop):
        """Read a property of a device model; @path below /machine (npu0) or absolute."""
        return self.qmp.command("qom-get", path=self._qom(path), property=prop)

    def qom_set(self, path, prop, value):
        """Write a property of a device model."""
        self.qmp.command("qom-set", path=self._qom(path), property=prop, value=value)

    @staticmethod
    def _qom(path):
        return path if path.startswith("/") else "/machine/" + path

    # ---- logs ----

    def serial(self):
        """All that the console has shown."""
        try:
            with open(self.serial_log, "rb") as f:
                return f.read().decode(errors="replace").replace("\r", "")
        except FileNotFoundError:
            return ""

    def dmesg(self):
        """The kernel log: from the guest when it answers, else from the console."""
        if self.alive():
            try:
                return self.run("dmesg", 60, check=True).output
            except VMError:
                pass
        return self.serial()

    def allow_dmesg(self, pattern):
        """A complaint of the kernel that this test provokes on purpose (regular expression)."""
        self.allowed.append(pattern)

    def complaints(self, sync=True):
        """Kernel complaints (oops, WARN, sanitizers, lockdep, ...) since the last call."""
        if not self.overlay and self.alive():
            text = self.dmesg()
            new = text[self.serial_mark:]
            self.serial_mark = len(text)
        else:
            if sync and self.alive():
                # what the kernel said before this command is on the console when it returns
                self.run("true", 60)
            with open(self.serial_log, "rb") as f:
                f.seek(self.serial_mark)
                data = f.read()
            self.serial_mark += len(data)
            new = data.decode(errors="replace")
        return splat.find(new, self.allowed)

    def dmesg_clean(self):
        """Raise AssertionError with the complaint when the kernel has complained since the last look."""
        found = self.complaints()
        if found:
            raise AssertionError(f"{len(found)} kernel complaint(s), the first:\n{found[0]}")
