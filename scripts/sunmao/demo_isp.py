# SPDX-License-Identifier: GPL-2.0-only
"""The ISP's part of make demo: a photograph taken apart into raw Bayer, developed by the virtual ISP."""

import glob
import importlib.util
import os
import shutil

import apt
import cache
import testing
from ui import Failure, run, say

OUT = os.path.join(cache.BUILD, "demo", "isp")
OVERLAY = os.path.join(cache.TOP, "dt-bindings", "overlays", "rk3588-isp.dtso")
TOOL = "sunmao-still"
MODULE = "sunmao_isp"
# where the photograph comes from: tools/isp/README.md
PACKAGE = "python-matplotlib-data/trixie"
PHOTO = "usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg"
LIMIT_S = 300


def need(setup):
    """Fail unless the driver, the device tree and the tool are there."""
    module = os.path.join(cache.BUILD, f"modules-{setup.version}-{setup.profile}", MODULE + ".ko")
    missing = [path for path in (OVERLAY, module) if not os.path.exists(path)]
    missing += [TOOL] if TOOL not in setup.programs else []
    if missing:
        raise Failure(f"demo of the ISP: there is no {', no '.join(missing)}", "look at the logs of the builds")


def mkraw():
    """The raw picture generator as a module."""
    path = os.path.join(cache.TOP, "tools", "isp", "mkraw.py")
    spec = importlib.util.spec_from_file_location("mkraw", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def photograph():
    """The photograph as a PPM file."""
    final = cache.path("demo", "photo-" + cache.key(PACKAGE, PHOTO))
    if not cache.is_complete(final):
        apt.need_packages("demo")
        into = cache.path("dl", "photo")
        debs = glob.glob(into + "/*.deb") or apt.download("amd64", [PACKAGE], into)
        with cache.fresh_directory(final) as tmp:
            unpacked = os.path.join(tmp, "deb")
            apt.unpack(debs[-1], unpacked)
            run("photograph", ["djpeg", "-ppm", "-outfile", os.path.join(tmp, "photo.ppm"),
                               os.path.join(unpacked, PHOTO)], cache.log("photo"))
            shutil.rmtree(unpacked)
    return os.path.join(final, "photo.ppm")


def quoted(words):
    """A shell command."""
    return " ".join("'" + w + "'" for w in words)


def develop(setup, options, raw, flat):
    """Run the tool in a machine; returns (what it said, the model's counters)."""
    vm = testing.vm.VM(setup.image, "isp", OUT, setup.qemu, smp=2, overlays=[OVERLAY])
    try:
        vm.start()
        vm.modprobe(MODULE)
        vm.sh("until test -e /dev/media0; do sleep 0.02; done", 60)
        for name, path in (("/tmp/photo.raw", raw), ("/tmp/flat.raw", flat)):
            with open(path, "rb") as f:
                vm.put(name, f.read())
        vm.qom_set("isp0", "reset-counters", 0)
        vm.sh(quoted([TOOL, "--plain", *options, "-o", "/tmp/before.ppm", "/tmp/photo.raw"]), LIMIT_S)
        said = vm.sh(quoted([TOOL, "-v", *options, "-o", "/tmp/after.ppm", "/tmp/photo.raw"]), LIMIT_S)
        did = {name: vm.qom_get("isp0", name)
               for name in ("frames", "mmio-writes", "irqs", "dma-read-bytes", "dma-write-bytes")}
        for name in ("before", "after"):
            with open(os.path.join(OUT, f"{name}.ppm"), "wb") as f:
                f.write(vm.get(f"/tmp/{name}.ppm"))
        vm.dmesg_clean()
        return said, did
    except (testing.VMError, AssertionError, OSError) as error:
        raise Failure(f"demo of the ISP: {error}", f"the logs are in {OUT}") from error
    finally:
        vm.stop()


def demo(setup):
    """Develop the photograph; returns lines for the report."""
    os.makedirs(OUT, exist_ok=True)
    generator = mkraw()
    photo = photograph()
    raw, flat = os.path.join(OUT, "photo.raw"), os.path.join(OUT, "flat.raw")
    say("ISP: taking a photograph apart")
    width, height = generator.make(photo, raw, flat)
    say("ISP: developing it")
    said, did = develop(setup, generator.options(width, height, "/tmp/flat.raw"), raw, flat)
    generator.write_png(os.path.join(OUT, "photo.png"), *generator.read_ppm(photo))
    quality = {}
    for name in ("before", "after"):
        path = os.path.join(OUT, f"{name}.ppm")
        quality[name] = generator.psnr(photo, path)
        generator.write_png(path[:-3] + "png", *generator.read_ppm(path))
    if quality["after"] < quality["before"] + 6:
        raise Failure(f"the developed picture is no better: {quality}", f"the pictures are in {OUT}")
    return [
        "",
        f"ISP         a photograph of {width}x{height} as raw Bayer: dark corners, warm cast, black level, noise",
        f"Measured    {said.splitlines()[0]}",
        f"PSNR        raw picture {quality['before']:.1f} dB, developed {quality['after']:.1f} dB "
        "against the photograph",
        f"Counted     {did['frames']} frames, {did['mmio-writes']:,} register writes, {did['irqs']} interrupts, "
        f"{did['dma-read-bytes']:,} bytes read, {did['dma-write-bytes']:,} written",
        f"Pictures    {OUT}/before.png, after.png, photo.png",
    ]
