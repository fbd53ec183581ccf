# SPDX-License-Identifier: GPL-2.0-only
"""Our device-tree overlays against the boards of mainline: they apply, and what comes out is valid."""

import os
import re
import shutil
import subprocess
import tempfile

import cache
import kernel
from ui import run

HERE = os.path.join(cache.TOP, "dt-bindings", "overlays")
# Overlay, and the board of mainline that it is tried on. The last one stands for boards without an NPU.
BOARDS = {
    "rk3588-npu-opp": "rk3588-rock-5b",
    "rk3588-isp": "rk3588-rock-5b",
    "rk3588-rock-5b": "rk3588-rock-5b",
    "rk3588s-orangepi-5": "rk3588s-orangepi-5",
    "rk3588-orangepi-5-plus": "rk3588-orangepi-5-plus",
    "rk3588-generic": "rk3588-evb1-v10",
}
# Mainline's schemas for what our overlays touch, beside our own.
SCHEMAS = ("opp/opp-v2.yaml", "opp/opp-v2-base.yaml", "iommu/rockchip,iommu.yaml", "mfd/syscon.yaml",
           "mfd/syscon-common.yaml", "nvmem/nvmem.yaml", "nvmem/nvmem-deprecated-cells.yaml",
           "nvmem/rockchip,otp.yaml", "nvmem/layouts/fixed-cell.yaml", "nvmem/layouts/fixed-layout.yaml",
           "nvmem/layouts/nvmem-layout.yaml", "regulator/fixed-regulator.yaml", "regulator/regulator.yaml",
           "thermal/thermal-zones.yaml", "thermal/thermal-cooling-devices.yaml")
# Trees that take overlays have a phandle wherever there is a label, which Debian 12's dt-schema does not expect.
NOISE = "('phandle' was unexpected)"


def boards():
    """Build mainline's board files with symbols; returns the folder of the .dtb files."""
    tree = kernel.source("7.3")
    names = sorted(set(BOARDS.values()))
    out = cache.path("dtb", f"boards-{cache.key(os.path.basename(tree), *names)}")
    if not cache.is_complete(out):
        with cache.lock("dtb-boards"):
            os.makedirs(out, exist_ok=True)
            request = os.path.join(out, "request.config")
            with open(request, "w") as f:
                f.write("CONFIG_ARCH_ROCKCHIP=y\n")
            make = ["make", "-C", tree, f"O={out}", "ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-", "DTC_FLAGS=-@"]
            log = cache.log("dtb-boards")
            run("board files", make + [f"KCONFIG_ALLCONFIG={request}", "allnoconfig"], log)
            run("board files", make + [f"rockchip/{name}.dtb" for name in names], log, append=True)
            cache.mark_complete(out)
    return os.path.join(out, "arch/arm64/boot/dts/rockchip")


def schema(folder):
    """Our bindings and mainline's as dt-validate wants them; returns the file."""
    origin = os.path.join(kernel.source("7.3"), "Documentation/devicetree/bindings")
    sources = [(os.path.join(origin, name), name) for name in SCHEMAS]
    ours = os.path.join(cache.TOP, "dt-bindings")
    sources += [(path, os.path.relpath(path, ours)) for path in cache.tree_files(ours, (".yaml",))]
    for path, name in sources:
        copy = os.path.join(folder, "schemas", name)
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        shutil.copy(path, copy)
    made = os.path.join(folder, "schema.json")
    subprocess.run(["dt-mk-schema", "-j", "-o", made, os.path.join(folder, "schemas")], check=True)
    return made


def findings(made, blob):
    """What dt-validate finds in a device tree."""
    text = subprocess.run(["dt-validate", "-s", made, blob], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False).stdout
    found = re.findall(r"^\S+\.dtb: (.*)$", text, re.M)
    # a phandle's number depends on all other nodes
    return {re.sub(r"'phandle': \[\[\d+\]\]", "'phandle'", line) for line in found if NOISE not in line}


def check(name):
    """Apply an overlay to its board; returns what does not work or is not valid and was so before."""
    base = os.path.join(boards(), BOARDS[name] + ".dtb")
    with tempfile.TemporaryDirectory() as tmp:
        blob, result = os.path.join(tmp, name + ".dtbo"), os.path.join(tmp, "result.dtb")
        for argv in (["dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", blob, os.path.join(HERE, name + ".dtso")],
                     ["fdtoverlay", "-i", base, "-o", result, blob]):
            done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode:
                return f"{argv[0]}: {done.stdout.strip() or done.returncode}"
        made = schema(tmp)
        return "\n".join(sorted(findings(made, result) - findings(made, base)))


def unlisted(names):
    """Overlays of the tree (@names) that no board is named for."""
    stems = {os.path.basename(n)[:-5] for n in names if n.startswith("dt-bindings/overlays/") and n.endswith(".dtso")}
    return "\n".join(f"{stem}.dtso: scripts/sunmao/overlays.py names no board for it"
                     for stem in sorted(stems ^ set(BOARDS)))
