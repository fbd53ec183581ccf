# SPDX-License-Identifier: GPL-2.0-only
"""What a machine boots: initramfs archives put together from trees, device trees with overlays."""

import os
import stat
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


class Cpio:
    """A newc archive, as the kernel unpacks it: written here, so that nobody needs to be root."""

    def __init__(self):
        self.parts = []
        self.inode = 1
        self.names = set()

    def _entry(self, name, mode, data=b"", rdev=(0, 0), links=1):
        raw = name.encode() + b"\0"
        fields = (self.inode, mode, 0, 0, links, 0, len(data), 0, 0, rdev[0], rdev[1], len(raw), 0)
        self.inode += 1
        head = b"070701" + b"".join(b"%08x" % f for f in fields) + raw
        self.parts += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]

    def directory(self, name):
        """A directory and its parents."""
        parent = os.path.dirname(name)
        if parent:
            self.directory(parent)
        if name and name not in self.names:
            self.names.add(name)
            self._entry(name, stat.S_IFDIR | 0o755, links=2)

    def file(self, name, data, mode=0o644):
        """A regular file."""
        self.directory(os.path.dirname(name))
        self._entry(name, stat.S_IFREG | mode, data)

    def symlink(self, name, target):
        """A symbolic link."""
        self.directory(os.path.dirname(name))
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def device(self, name, major, minor):
        """A character device."""
        self.directory(os.path.dirname(name))
        self._entry(name, stat.S_IFCHR | 0o600, rdev=(major, minor))

    def tree(self, top):
        """Everything below a directory of the host."""
        for here, dirs, files in os.walk(top):
            dirs.sort()
            base = os.path.relpath(here, top)
            base = "" if base == "." else base
            for name in list(dirs):
                full = os.path.join(here, name)
                if os.path.islink(full):
                    dirs.remove(name)
                    files.append(name)
                else:
                    self.directory(os.path.join(base, name))
            for name in sorted(files):
                full = os.path.join(here, name)
                inside = os.path.join(base, name)
                if os.path.islink(full):
                    if inside not in self.names:
                        self.names.add(inside)
                        self.symlink(inside, os.readlink(full))
                elif name != ".complete":
                    with open(full, "rb") as f:
                        self.file(inside, f.read(), stat.S_IMODE(os.stat(full).st_mode))

    def write(self, path):
        """Write the archive."""
        self._entry("TRAILER!!!", 0)
        with open(path, "wb") as f:
            f.write(b"".join(self.parts))


class Image:
    """A kernel, an initramfs and a board device tree.

    @kernel: Image file. @board: the board's .dtb. @trees: directories that make up the root file
    system; of two files with the same name the later one wins. @programs: files for /usr/lib/sunmao,
    which is on the guest's PATH.
    """

    def __init__(self, kernel, board, trees, programs, path):
        self.kernel = kernel
        self.board = board
        self.path = path
        archive = Cpio()
        for tree in trees:
            archive.tree(tree)
        archive.directory("dev")
        archive.device("dev/console", 5, 1)
        for program in programs:
            with open(program, "rb") as f:
                archive.file("usr/lib/sunmao/" + os.path.basename(program), f.read(), 0o755)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        archive.write(path + ".tmp")
        os.replace(path + ".tmp", path)

    def device_tree(self, channel, overlays, out_dir):
        """The board's device tree with the virtio channel's node (@channel) and more @overlays.

        Without either it is the board's own file, untouched.
        """
        wanted = ([os.path.join(HERE, "virtio.dtso")] if channel else []) + list(overlays)
        if not wanted:
            return self.board
        blobs = []
        for source in wanted:
            if source.endswith(".dtbo"):
                blobs.append(source)
                continue
            blob = os.path.join(out_dir, os.path.basename(source).replace(".dtso", ".dtbo"))
            subprocess.run(["dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", blob, source], check=True)
            blobs.append(blob)
        result = os.path.join(out_dir, "board.dtb")
        subprocess.run(["fdtoverlay", "-i", self.board, "-o", result, *blobs], check=True)
        return result
