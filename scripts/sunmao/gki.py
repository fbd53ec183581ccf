# SPDX-License-Identifier: GPL-2.0-only
"""Shape 3, an image with nothing of Rockchip in it: the modules that it needs beside ours, and their packing.

What upstream has as a module is built with the kernel; what it has only built in, or only for a kernel
with ARCH_ROCKCHIP, is built here from the kernel's own source (scripts/gki). Everything is packed as
for a vendor ramdisk: one folder with the modules, `modules.load` in the order of Android's init, and what depmod says.
"""

import os
import shutil
import subprocess

import cache
import kernel
import kmi
from ui import Failure, run

HERE = os.path.join(cache.TOP, "scripts", "gki")

# Folder of the kernel's source, files; a file that a kernel does not have is left out.
UPSTREAM = (
    ("drivers/clk/rockchip", "clk.h clk.c clk-pll.c clk-cpu.c clk-gate-grf.c clk-half-divider.c clk-inverter.c "
                             "clk-mmc-phase.c clk-muxgrf.c clk-ddr.c gate-link.c softrst.c rst-rk3588.c clk-rk3588.c"),
    ("drivers/pinctrl", "pinctrl-rockchip.c pinctrl-rockchip.h"),
    ("drivers/i2c/busses", "i2c-rk3x.c"),
    ("drivers/nvmem", "rockchip-otp.c"),
    ("drivers/thermal", "rockchip_thermal.c"),
    ("drivers/gpu/drm/scheduler", "sched_main.c sched_fence.c sched_entity.c sched_rq.c sched_internal.h "
                                  "gpu_scheduler_trace.h"),
)

# What init loads, in this order; each after what it depends on. Those that are not there are left out.
LOAD = ("clk-rk3588", "clk-scmi", "pinctrl-rockchip", "i2c-rk3x", "fan53555", "nvmem-rockchip-otp", "rockchip_thermal",
        "sunmao_pmdomain", "sunmao_iommu", "sunmao_npu", "sunmao_isp")
# Of these, built with the kernel as modules.
KERNELS_OWN = ("clk-scmi", "fan53555", "regmap-i2c")
# Modules of the kernels under test that a real image has built in: they may not be packed for it.
IMAGE_HAS = ("regmap-i2c", "videobuf2-common", "videobuf2-dma-contig", "videobuf2-memops", "videobuf2-v4l2",
             "videobuf2-vmalloc")
# Without these there is no NPU.
NEEDED = ("clk-rk3588", "clk-scmi", "pinctrl-rockchip", "i2c-rk3x", "fan53555", "sunmao_pmdomain", "sunmao_iommu",
          "sunmao_npu")


def upstream(version):
    """Build upstream's drivers as modules; returns the build directory (modules, Module.symvers)."""
    # the kernel's make command line is the same as for our modules
    kdir = kernel.kernel(version, "gki")
    tree = kernel.source(version)
    work = os.path.join(cache.BUILD, f"kbuild-upstream-{version}-gki")
    files = [os.path.join(tree, folder, name) for folder, names in UPSTREAM for name in names.split()]
    files = [f for f in files if os.path.exists(f)]
    ours = [os.path.join(HERE, name) for name in sorted(os.listdir(HERE))]
    stamp = os.path.join(work, ".key")
    key = cache.key("1", os.path.realpath(kdir), *(("file", f) for f in files + ours))
    with cache.lock(f"upstream-{cache.key(work)}"):
        if os.path.exists(stamp) and open(stamp).read() == key:
            return work
        cache.remove_tree(work)
        os.makedirs(os.path.join(work, "upstream"))
        for path in files:
            shutil.copy(path, os.path.join(work, "upstream"))
        for path in ours:
            shutil.copy(path, work)
        run(f"upstream's drivers as modules for {version} gki",
            ["make", "-C", kdir, "ARCH=arm64", *kernel.toolchain("gki"), f"M={work}", f"-j{cache.jobs()}", "modules"],
            cache.log(f"upstream-{version}-gki"), env=cache.ccache_env(),
            hint="the first `error:` in the log tells what to correct")
        with open(stamp, "w") as f:
            f.write(key)
    return work


def upstream_modules(version):
    """The modules that upstream() built."""
    work = upstream(version)
    return sorted(os.path.join(work, name) for name in os.listdir(work) if name.endswith(".ko"))


def symbols(version):
    """What the modules of upstream() export, for builds that use it."""
    return os.path.join(upstream(version), "Module.symvers")


def packed_upstream(version):
    """Paths of the modules that are packed and not ours: those built here, and the kernel's own."""
    staging = os.path.join(kernel.kernel(version, "gki"), "staging")
    return upstream_modules(version) + [f for f in cache.tree_files(staging, (".ko",))
                                        if os.path.basename(f)[:-3] in KERNELS_OWN]


def sign(version, folder):
    """Sign all modules below @folder with the key that the kernel was built with: lockdown asks for it."""
    kdir = kernel.kernel(version, "gki")
    tool = [os.path.join(kdir, "scripts/sign-file"), "sha256", os.path.join(kdir, "certs/signing_key.pem"),
            os.path.join(kdir, "certs/signing_key.x509")]
    for module in cache.tree_files(folder, (".ko",)):
        done = subprocess.run([*tool, module], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Failure(f"cannot sign {os.path.basename(module)}: {done.stdout.strip()}",
                          "was the kernel built with CONFIG_MODULE_SIG?")


def dependencies(folder):
    """What modules.dep of @folder says: module name to (path, paths it needs, the deepest last)."""
    found = {}
    with open(os.path.join(folder, "modules.dep")) as f:
        for line in f:
            path, _, needs = line.partition(":")
            name = os.path.basename(path)[:-3]
            found[name] = (path, needs.split())
    return found


def order(folder):
    """Paths of the modules to load, in order, relative to @folder, where depmod has been."""
    known = dependencies(folder)
    missing = [name for name in NEEDED if name not in known]
    if missing:
        raise Failure(f"there is no module {', '.join(missing)}", "look at the logs of the module builds")
    paths = []
    for name in LOAD:
        if name in known:
            path, needs = known[name]
            paths += [p for p in [*reversed(needs), path] if p not in paths]
    return paths


def write_load(folder):
    """Write modules.load into a tree where depmod has been."""
    with open(os.path.join(folder, "modules.load"), "w") as f:
        f.writelines(path + "\n" for path in order(folder))


def pack(version, folder):
    """Copy what modules.load of @folder names into build/gki/VERSION, flat, as for a vendor ramdisk."""
    final = os.path.join(cache.BUILD, "gki", version, "lib", "modules")
    work = final + ".new"
    cache.remove_tree(work)
    os.makedirs(work)
    known = {path: needs for path, needs in dependencies(folder).values()}

    def packed(paths):
        return [p for p in paths if os.path.basename(p)[:-3] not in IMAGE_HAS]

    with open(os.path.join(folder, "modules.load")) as f:
        paths = packed(f.read().split())
    for path in paths:
        shutil.copy2(os.path.join(folder, path), work)
    with open(os.path.join(work, "modules.load"), "w") as f:
        f.writelines(os.path.basename(path) + "\n" for path in paths)
    with open(os.path.join(work, "modules.dep"), "w") as f:
        for path in paths:
            needs = "".join(" /lib/modules/" + os.path.basename(p) for p in packed(known[path]))
            f.write(f"/lib/modules/{os.path.basename(path)}:{needs}\n")
    cache.remove_tree(final)
    os.rename(work, final)
    return final


def symbol_list(version):
    """Write the symbol list of everything that is packed; returns its path."""
    packed = pack_paths(version)
    path = os.path.join(cache.BUILD, "gki", version, "symbols", "sunmao")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(kmi.symbol_list(kmi.BRANCHES[version], packed))
    return path


def pack_paths(version):
    """The packed modules' paths, in load order."""
    folder = os.path.join(cache.BUILD, "gki", version, "lib", "modules")
    with open(os.path.join(folder, "modules.load")) as f:
        return [os.path.join(folder, name) for name in f.read().split()]
