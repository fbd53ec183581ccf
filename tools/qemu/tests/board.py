# SPDX-License-Identifier: GPL-2.0-or-later
"""The board as the machine's tests use it: clocks, power domains, I2C and the NPU's rail.

Facts: hardware notes SOC 3 and POWER 1, 2, 5.1.
"""

CRU, PMU, NPU_GRF = 0xfd7c0000, 0xfd8d8000, 0xfd5a2000
I2C1 = 0xfea90000

MHZ = 1000000
GPLL = 1188 * MHZ

# Power domains: hardware id, and for those of the NPU bus id, memory bit, repair bit (power.md 1.1, 1.2)
NPU, NPUTOP, NPU1, NPU2, SDMMC = 1, 3, 4, 5, 29
BUS = {NPUTOP: 1, NPU1: 2, NPU2: 3}
MEMORY = {NPUTOP: 11, NPU1: 12, NPU2: 13}
REPAIR = {NPUTOP: 2, NPU1: 3, NPU2: 4}

US, MS = 1000, 1000000


def clksel(n):
    return CRU + 0x300 + 4 * n


def gate(n):
    return CRU + 0x800 + 4 * n


def softrst(n):
    return CRU + 0xa00 + 4 * n


def hiword(mask, value):
    return mask << 16 | value


def hertz(m, clock):
    """Rate of a clock output; QEMU keeps the period in units of 2^-32 ns."""
    period = m.get(f"cru/{clock}", "qtest-clock-period")
    return (10 ** 9 << 32) / period if period else 0


def near(value, wanted, part=1e-6):
    return abs(value - wanted) <= wanted * part


def bit(value, n):
    return value >> n & 1


def power(m, domain, on):
    m.w(PMU + 0x14c + 4 * (domain // 16), hiword(1 << domain % 16, 0 if on else 1 << domain % 16))


def idle(m, domain, request):
    m.w(PMU + 0x10c, hiword(1 << BUS[domain], (1 << BUS[domain]) * request))


def is_on(m, domain):
    return not bit(m.r(PMU + 0x180), domain)


def is_idle(m, domain):
    ack, status = m.r(PMU + 0x118), m.r(PMU + 0x120)
    assert ack == status, f"ack {ack:#x}, status {status:#x}"
    return bool(bit(ack, BUS[domain]))


def open_gates(m):
    for n in range(27, 31):
        m.w(gate(n), 0xffff0000)


def npu_on(m):
    """Clocks, power and bus of the first core."""
    open_gates(m)
    power(m, NPU, True)
    power(m, NPUTOP, True)
    idle(m, NPUTOP, 0)


# ---- the ring oscillator

def ring(m, length):
    """Start the ring and select it, as the firmware does (power.md 2.2)."""
    m.w(NPU_GRF + 0x18, 0x00040000)
    m.w(NPU_GRF + 0x0c, hiword(7 << 8, 1 << 8))
    m.w(NPU_GRF + 0x10, hiword(0x3f, length))
    m.w(NPU_GRF + 0x14, 0x18)
    m.w(NPU_GRF + 0x0c, hiword(2, 2))
    m.w(NPU_GRF + 0x0c, hiword(1, 1))
    m.w(clksel(74), hiword(1, 1))


# ---- I2C and the regulator

CON, CLKDIV, MRXADDR, MRXRADDR, MTXCNT, MRXCNT, IEN, IPD = (0, 4, 8, 0xc, 0x10, 0x14, 0x18, 0x1c)
TX, RX = 0x100, 0x200
MBTF, MBRF, START, STOP, NAK = 4, 8, 0x10, 0x20, 0x40


def i2c_wait(m, wanted, bus=I2C1):
    """Let the wire work until an interrupt bit comes; returns all of them."""
    for _ in range(1000):
        pending = m.r(bus + IPD)
        if pending & (wanted | NAK):
            m.w(bus + IPD, pending)
            return pending
        m.step(10 * US)
    raise AssertionError(f"no interrupt {wanted:#x}")


def i2c_start(m, mode, bus=I2C1):
    m.w(bus + CLKDIV, 249 << 16 | 249)          # 200 MHz / (8 * 500): 50 kHz
    m.w(bus + CON, 0x41 | mode << 1 | 8)
    assert i2c_wait(m, START, bus) == START
    m.w(bus + CON, 0x41 | mode << 1)


def i2c_stop(m, bus=I2C1):
    m.w(bus + CON, 0x11)
    assert i2c_wait(m, STOP, bus) & STOP
    m.w(bus + CON, 0)


def i2c_write(m, address, data, bus=I2C1):
    """True when every byte was acknowledged."""
    frame = (bytes([address << 1]) + bytes(data)).ljust(32, b"\0")
    i2c_start(m, 0, bus)
    for n in range(0, 32, 4):
        m.w(bus + TX + n, int.from_bytes(frame[n:n + 4], "little"))
    m.w(bus + MTXCNT, 1 + len(data))
    result = i2c_wait(m, MBTF, bus)
    i2c_stop(m, bus)
    return not result & NAK


def i2c_read(m, address, register, count, bus=I2C1):
    """Bytes, or None for NAK."""
    i2c_start(m, 1, bus)
    m.w(bus + MRXADDR, 1 << 24 | address << 1)
    m.w(bus + MRXRADDR, 1 << 24 | register)
    m.w(bus + CON, m.r(bus + CON) | 0x20)
    m.w(bus + MRXCNT, count)
    result = i2c_wait(m, MBRF, bus)
    data = b"".join(m.r(bus + RX + n).to_bytes(4, "little") for n in range(0, count, 4))
    i2c_stop(m, bus)
    return None if result & NAK else data[:count]


def set_rail(m, millivolts):
    """The NPU rail to a voltage, and wait for it."""
    assert i2c_write(m, 0x42, [6, round((millivolts - 500) / 6.25)])
    m.step(2 * MS)
    assert m.get("vdd-npu", "microvolt") == millivolts * 1000


# ---- what the clock's owner counts

def source(m, select, divider):
    """The compute clock from a PLL: 0 GPLL, 1 CPLL, 3 NPLL; the ring is left."""
    m.w(clksel(73), hiword(0x7 << 7 | 0x1f << 2, select << 7 | divider - 1 << 2))
    m.w(clksel(74), hiword(1, 0))


def undervolt(m):
    return m.get("cru", "npu-undervolt-events"), m.get("cru", "npu-undervolt-ns")
