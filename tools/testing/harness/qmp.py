# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's machine protocol over a unix socket."""

import json
import socket
import time


class QMPError(Exception):
    """QEMU refused a command."""


class QMP:
    """One connection; commands are answered in order, events are collected on the way."""

    def __init__(self, path, timeout):
        deadline = time.monotonic() + timeout
        while True:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self.sock.connect(path)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                self.sock.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        self.sock.settimeout(timeout)
        self.file = self.sock.makefile("rb")
        self.events = []
        self._next()
        self.command("qmp_capabilities")

    def _next(self):
        line = self.file.readline()
        if not line:
            raise QMPError("QEMU closed the connection")
        return json.loads(line)

    def command(self, name, **arguments):
        """Execute a QMP command and return its answer."""
        message = {"execute": name}
        if arguments:
            message["arguments"] = arguments
        self.sock.sendall(json.dumps(message).encode() + b"\n")
        while True:
            answer = self._next()
            if "event" in answer:
                self.events.append(answer)
            elif "error" in answer:
                raise QMPError(f"{name} {arguments}: {answer['error']['desc']}")
            else:
                return answer["return"]

    def close(self):
        """End the connection."""
        self.file.close()
        self.sock.close()
