# SPDX-License-Identifier: GPL-2.0-only
"""The ISP's nodes as others judge them: Debian's v4l2-compliance and media-ctl; and what a frame costs.

An ISP that works from memory gives no frames by itself. While v4l2-compliance streams on one node, isp-feed
(preloaded) queues one raw picture for every buffer that it queues.
"""

import os
import re
import struct

from e2e.common import wait_suspended
from e2e.isp import DEVICES, PROFILES, VM_OPTIONS, load, unload
from harness.runner import test

__all__ = ["PROFILES", "VM_OPTIONS"]

NODES = {
    "rkisp2_mainpath": "Sink", "rkisp2_selfpath": "Sink", "rkisp2_rawrd0": "Source", "rkisp2_rawrd1": "Source",
    "rkisp2_rawrd2": "Source", "rkisp2_params": "Source", "rkisp2_stats": "Sink",
}
PADS = ("rkisp2_rawrd0", "rkisp2_rawrd1", "rkisp2_rawrd2", None, "rkisp2_params", "rkisp2_mainpath",
        "rkisp2_selfpath", "rkisp2_stats")
# v4l2-compliance streams this many frames in each of a dozen ways.
FRAMES = 20
# Whose buffers a node has to take by descriptor.
EXPORTERS = {"rkisp2_mainpath": "rkisp2_selfpath", "rkisp2_rawrd0": "rkisp2_rawrd1"}
TOTAL = re.compile(r"^(?:Grand )?Total for .*: (\d+), Succeeded: (\d+), Failed: (\d+), Warnings: (\d+)$", re.M)


def node(vm, media, entity):
    """The device file of an entity."""
    return vm.sh(f"media-ctl -d {media} -e {entity}").strip()


def prepare(vm, media, raw="rkisp2_rawrd0", width=320, height=240):
    """Make pads and nodes agree; returns the device file of the raw node."""
    for pad, code in ((0, "SRGGB10_1X10"), (5, "YUYV8_2X8"), (6, "YUYV8_2X8")):
        vm.sh(f"media-ctl -d {media} --set-v4l2 '\"rkisp2_isp\":{pad}[fmt:{code}/{width}x{height}]'")
    path = node(vm, media, raw)
    vm.sh(f"v4l2-ctl -d {path} --set-fmt-video-out=width={width},height={height},pixelformat=RG10")
    for name in ("rkisp2_mainpath", "rkisp2_selfpath"):
        vm.sh(f"v4l2-ctl -d {node(vm, media, name)} "
              f"--set-fmt-video=width={width},height={height},pixelformat=NV12")
    return path


def comply(vm, t, title, command, limit=600):
    """Run v4l2-compliance: no failure, no warning."""
    result = vm.run(command, limit)
    t.save(f"{title}.log", result.output)
    totals = TOTAL.findall(result.output)
    bad = [line.strip() for line in result.output.splitlines()
           if re.search(r"\b(fail|warn)\b.*: |: FAIL|Unexpected", line)]
    ok = bool(totals) and result.rc == 0 and all(int(f) == 0 and int(w) == 0 for _, _, f, w in totals)
    t.sub(title, ok, "\n".join(bad[:20]) or result.output[-1500:])


def test_topology(vm, t):
    """Both instances show the graph that libcamera looks for."""
    devices = load(vm)
    assert len(devices) == 2, devices
    for media in devices:
        text = vm.sh(f"media-ctl -d {media} -p")
        t.save(os.path.basename(media) + ".topology", text)
        assert re.search(r"^driver +rkisp2$", text, re.M) and re.search(r"^model +rkisp2$", text, re.M), text
        assert re.search(r"^bus info +platform:rkisp2$", text, re.M), text
        assert re.search(r"^hw revision +0x1e$", text, re.M), text
        entities = re.findall(r"^- entity \d+: (\S+) \((\d+) pads?, (\d+) links?", text, re.M)
        found = {name: (int(pads), int(links)) for name, pads, links in entities}
        assert found.pop("rkisp2_isp") == (8, 7), text
        assert found == {name: (1, 1) for name in NODES}, found
        pads = re.split(r"^\tpad(\d+): ", text[text.index("rkisp2_isp ("):], flags=re.M)
        for number, content in zip(pads[1:17:2], pads[2:17:2]):
            remote = PADS[int(number)]
            links = re.findall(r'(?:<-|->) "(\S+)":0 \[(.*)\]', content.split("- entity")[0])
            assert [name for name, _ in links] == ([remote] if remote else []), (number, links)
            if remote in ("rkisp2_rawrd1", "rkisp2_rawrd2"):
                assert links[0][1] == "", links
            elif remote:
                assert "ENABLED" in links[0][1], links
                assert ("IMMUTABLE" in links[0][1]) == (remote != "rkisp2_rawrd0"), links


def test_media_device(vm, t):
    """v4l2-compliance on the media device, and on all interfaces of it without streaming."""
    media = load(vm)[0]
    prepare(vm, media)
    comply(vm, t, "media device and its nodes", f"v4l2-compliance -m {media}")
    comply(vm, t, "second instance", f"v4l2-compliance -m {load(vm)[1]}")


def test_entity(vm, t):
    """v4l2-compliance on the sub-device."""
    media = load(vm)[0]
    comply(vm, t, "rkisp2_isp", f"v4l2-compliance -u {node(vm, media, 'rkisp2_isp')}")


def test_streaming(vm, t):
    """v4l2-compliance with streaming on every node."""
    media = load(vm)[0]
    raw = prepare(vm, media)
    for name in NODES:
        if name in ("rkisp2_rawrd1", "rkisp2_rawrd2"):
            continue
        feed = "" if name == "rkisp2_rawrd0" else f"ISP_FEED={raw} LD_PRELOAD=/usr/lib/sunmao/isp-feed "
        exporter = node(vm, media, EXPORTERS.get(name, "rkisp2_mainpath"))
        comply(vm, t, name, f"{feed}v4l2-compliance -P -d {node(vm, media, name)} -s{FRAMES} -e {exporter}")


def test_other_raw_inputs(vm, t):
    """The raw inputs whose links are off at first, one after the other."""
    media = load(vm)[0]
    link = "'\"rkisp2_rawrd{0}\":0 -> \"rkisp2_isp\":{0} [{1}]'"
    vm.sh(f"media-ctl -d {media} -l " + link.format(0, 0))
    for number in (1, 2):
        vm.sh(f"media-ctl -d {media} -l " + link.format(number, 1))
        raw = prepare(vm, media, f"rkisp2_rawrd{number}")
        comply(vm, t, f"rkisp2_rawrd{number}", f"v4l2-compliance -P -d {raw} -s{FRAMES}")
        assert vm.run(f"media-ctl -d {media} -l " + link.format(0, 1)).rc != 0, "two inputs at once"
        vm.sh(f"media-ctl -d {media} -l " + link.format(number, 0))
    vm.sh(f"media-ctl -d {media} -l " + link.format(0, 1))


def test_formats(vm, t):
    """Streaming of every format that the paths offer."""
    media = load(vm)[0]
    raw = prepare(vm, media)
    for name in ("rkisp2_mainpath", "rkisp2_selfpath"):
        path = node(vm, media, name)
        formats = re.findall(r"^\t\[\d+\]: '(....)'", vm.sh(f"v4l2-ctl -d {path} --list-formats"), re.M)
        assert len(formats) == (14 if name == "rkisp2_mainpath" else 16), formats
        for fourcc in formats:
            vm.sh(f"v4l2-ctl -d {path} --set-fmt-video=width=320,height=240,pixelformat='{fourcc}'")
            result = vm.run(f"ISP_FEED={raw} LD_PRELOAD=/usr/lib/sunmao/isp-feed v4l2-ctl -d {path} "
                            f"--stream-mmap=4 --stream-count=8 --stream-to=/tmp/frames", 120)
            size = int(re.search(r"Size Image +: (\d+)", vm.sh(f"v4l2-ctl -d {path} --get-fmt-video")).group(1))
            t.sub(f"{name} {fourcc.strip()}", result.rc == 0 and
                  int(vm.sh("stat -c %s /tmp/frames")) >= 8 * size, result.output)


def test_contexts(vm, t):
    """Four contexts on each instance are four media devices; each streams."""
    devices = load(vm, contexts=4)
    assert len(devices) == 8, devices
    serials = {re.search(r"^serial +(\S+)$", vm.sh(f"media-ctl -d {m} -p"), re.M).group(1) for m in devices}
    assert len(serials) == 8, serials
    jobs = []
    for media in devices[:4]:
        raw = prepare(vm, media)
        path = node(vm, media, "rkisp2_mainpath")
        jobs.append(vm.spawn(f"ISP_FEED={raw} LD_PRELOAD=/usr/lib/sunmao/isp-feed v4l2-ctl -d {path} "
                             "--stream-mmap=4 --stream-count=100", 300))
    for job, media in zip(jobs, devices):
        result = job.wait(320)
        t.sub(f"{os.path.basename(media)} gets all its frames", result.rc == 0, result.output)


def first_instance(vm):
    """The media device of isp0; the order of the two is that of probing."""
    return next(m for m in load(vm) if "fdcb0000" in vm.sh(f"media-ctl -d {m} -p"))


def stream(vm, media, frames):
    """A command that streams on the main path."""
    raw = prepare(vm, media)
    return (f"ISP_FEED={raw} LD_PRELOAD=/usr/lib/sunmao/isp-feed v4l2-ctl "
            f"-d {node(vm, media, 'rkisp2_mainpath')} --stream-mmap=4 --stream-count={frames}")


def wait_frames(vm, count):
    """Wait until the hardware has processed so many more."""
    start = vm.qom_get("isp0", "frames")
    vm.wait_for(lambda: vm.qom_get("isp0", "frames") >= start + count, 60, "frames")


def test_order_of_ends(vm, t):
    """The writer's end of frame may come before that of the core."""
    command = stream(vm, first_instance(vm), 30)
    try:
        for first in (True, False):
            vm.qom_set("isp0", "mi-first", first)
            vm.qom_set("isp0", "reset-counters", 0)
            result = vm.run(command, 120)
            frames, irqs = vm.qom_get("isp0", "frames"), vm.qom_get("isp0", "irqs")
            t.sub("writer first" if first else "core first", result.rc == 0 and irqs <= 2 * frames + 1,
                  f"{irqs} interrupts for {frames} frames\n{result.output}")
    finally:
        vm.qom_set("isp0", "mi-first", False)


def test_suspend(vm):
    """Devices are suspended and resumed while frames run: the stream goes on."""
    # 6.12 would spend the five seconds in a busy loop
    vm.sh("echo 0 > /sys/module/suspend/parameters/pm_test_delay")
    job = vm.spawn(stream(vm, first_instance(vm), 100000), 600)
    wait_frames(vm, 10)
    for _ in range(2):
        vm.sh("echo devices > /sys/power/pm_test && echo mem > /sys/power/state", 120)
        wait_frames(vm, 10)
    assert not job.done()
    job.kill()


def test_unbind(vm):
    """The device is taken away while frames run, and given back: the program notices, nothing else does."""
    for number in range(4):
        job = vm.spawn(stream(vm, first_instance(vm), 100000), 300)
        wait_frames(vm, 3 + number)
        vm.sh("echo fdcb0000.isp > /sys/bus/platform/drivers/sunmao-isp/unbind", 60)
        job.wait(60)
        vm.sh("echo fdcb0000.isp > /sys/bus/platform/drivers/sunmao-isp/bind", 60)
    vm.sh(stream(vm, first_instance(vm), 10), 120)


def test_module(vm):
    """Load and unload."""
    for _ in range(5):
        load(vm)
        unload(vm)
    assert vm.run("ls /dev/media*").rc != 0


BLOCK_SIZES = (48, 32, 32, 80, 112, 4768, 32, 24, 56, 256, 256, 256, 256)
ENABLE, DISABLE = 2, 1


def parameters(n, width, height):
    """A parameter buffer with every block of RK2P but lens shading; @n: any number, other values for each."""
    def window(cells):
        w, h = (width - 16) // cells & ~1, (height - 16) // cells & ~1
        return struct.pack("<4H", 2 * (n % 4), 2 * (n % 4), w, h)

    weights25 = bytes((n + i) % 64 for i in range(25))
    weights225 = bytes((n + i) % 64 for i in range(225))
    hist = struct.pack("<4B", n % 5, 5, n % 8, 2) + struct.pack("<H4B", 0, 0x21, 0x20, 0x0d, 0)
    bodies = (
        struct.pack("<2B", 0, 0) + bytes(16) + struct.pack("<2B", 0, 0) + struct.pack("<4h", *[64 + n] * 4),
        struct.pack("<12H", *[256 + n + i for i in range(12)]),
        struct.pack("<9H", 0x26 + n % 4, 0x4b, 0x0f, 0x1ea, 0x1d6 - n % 4, 0x40, 0x40 - n % 4, 0x1ca, 0x1f6),
        bytes(2) + struct.pack("<9H3H3H17HB", *[n % 64 + i for i in range(9)], n, n + 1, n + 2, 0x26, 0x4b, 0x0f,
                               *[1024 - n - i for i in range(17)], 10 - n % 2),
        bytes(2) + struct.pack("<H49H", n % 2, *[min(4095, 80 * i + n) for i in range(49)]),
        b"",
        struct.pack("<2B8H", 3, 0, 2 * (n % 4), 0, width - 8, height, 0, 2 * (n % 4), width, height - 8),
        struct.pack("<2B", 1, 0) + window(5),
        struct.pack("<4BH4B", n % 5, 5, n % 8, 0, 0, 0x21, 0x20, 0x0d, 0) + window(5) + weights25,
        hist + window(15) + weights225,
        hist + window(15) + weights225,
        hist + window(15) + weights225,
        window(15) + bytes((n % 8, 0, 0, 0, 255, 255, 255, 255 - n % 8)) + weights225,
    )
    blocks = b""
    for number, (size, body) in enumerate(zip(BLOCK_SIZES, bodies)):
        head = struct.pack("<HHI", number, ENABLE if body else DISABLE, size)
        assert len(head + body) <= size, (number, len(head + body))
        blocks += (head + body).ljust(size, b"\0")
    return struct.pack("<II", 1, len(blocks)) + blocks


COUNTERS = ("frames", "mmio-writes", "mmio-reads", "irqs", "dma-read-bytes", "dma-write-bytes", "busy-ns",
            "idle-gap-ns")


def cost(vm, command, few=20, many=120):
    """Counters per frame of a command that takes a number of frames; what start and stop cost cancels out."""
    totals = []
    for frames in (few, many):
        vm.qom_set("isp0", "reset-counters", 0)
        vm.sh(command.format(frames=frames), 300)
        totals.append({name: vm.qom_get("isp0", name) for name in COUNTERS})
    once, more = totals
    frames = more["frames"] - once["frames"]
    assert frames >= many - few - 8, totals
    return {name: (more[name] - once[name]) / frames for name in COUNTERS}


@test(fresh=True)
def test_bench(vm, t):
    """Register accesses and interrupts per frame: nothing new, all parameters new, everything written."""
    media = first_instance(vm)
    raw = prepare(vm, media)
    paths = {name: node(vm, media, name) for name in NODES}
    feed = f"ISP_FEED={raw} LD_PRELOAD=/usr/lib/sunmao/isp-feed "
    main = f"{feed}v4l2-ctl -d {paths['rkisp2_mainpath']} --stream-mmap=4 --stream-count={{frames}}"
    background = {
        "self": f"v4l2-ctl -d {paths['rkisp2_selfpath']} --stream-mmap=8",
        "stats": f"v4l2-ctl -d {paths['rkisp2_stats']} --stream-mmap=8",
        "params": f"v4l2-ctl -d {paths['rkisp2_params']} --stream-out-mmap=8 --stream-from=/tmp/params --stream-loop",
    }
    table = {"one path": cost(vm, main)}
    other = vm.spawn(background["self"], 600)
    table["both paths"] = cost(vm, main)
    other.kill()
    vm.put("/tmp/params", b"".join(parameters(n, 320, 240) for n in range(32)))
    jobs = [vm.spawn(background[name], 600) for name in ("stats", "params")]
    table["all parameters new, with statistics"] = cost(vm, main)
    for job in jobs:
        job.kill()
    # After power was off, the first frame writes everything.
    totals = []
    for frames in (1, 2):
        wait_suspended(vm, DEVICES)
        vm.qom_set("isp0", "reset-counters", 0)
        vm.sh(main.format(frames=frames), 60)
        totals.append({name: vm.qom_get("isp0", name) for name in COUNTERS})
    table["power-up and the first frame"] = totals[0]
    t.save_json("isp-bench.json", {"kernel": t.kernel, "per": "frame", "frames": table})
    text = f"{'per frame':38}" + "".join(f"{name:>16}" for name in COUNTERS) + "\n"
    for name, row in table.items():
        text += f"{name:38}" + "".join(f"{row[c]:>16,.2f}" for c in COUNTERS) + "\n"
    t.save("isp-bench.txt", text)
    print(text)
    for name in ("one path", "both paths"):
        t.sub(f"{name}: at most 12 writes", table[name]["mmio-writes"] <= 12, text)
        t.sub(f"{name}: at most 2 interrupts", table[name]["irqs"] <= 2, text)
    t.sub("all parameters: under 400 writes", table["all parameters new, with statistics"]["mmio-writes"] < 400, text)
