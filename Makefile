# SPDX-License-Identifier: GPL-2.0-only
#
# Sunmao's front door. `make help` lists what it can do; scripts/sunmao/ does it.
# The kernel's build system does not read this file: out of tree and in tree it reads Kbuild.

SUNMAO	:= python3 -B $(CURDIR)/scripts/sunmao


run = $(SUNMAO) $(1) $(if $(KERNEL),--kernel $(KERNEL)) $(if $(PROFILE),--profile $(PROFILE)) $(TESTS)

.DEFAULT_GOAL := help

ifneq ($(KDIR),)
# Any prepared kernel tree: nothing is downloaded, nothing but the modules is built.
modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@

modules_install:
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@
	install -D -m 644 packaging/sunmao-modprobe.conf $(INSTALL_MOD_PATH)/lib/modprobe.d/sunmao.conf
else
modules:
	@$(call run,modules)
endif

setup demo test kunit e2e check check-all coverage bench ci kernel qemu intree dkms symbol-list docs:
	@$(call run,$@)

lava:
	@$(call run,$@) $(if $(URL),--url $(URL))

install-into-tree:
	@$(SUNMAO) $@ $(if $(COPY),--copy) $(if $(UNDO),--undo) $(or $(KDIR),$(error give KDIR=<source of Linux>))

clean:
	rm -rf build
ifneq ($(KDIR),)
	$(MAKE) -C $(KDIR) M=$(CURDIR) $@
endif

help:
	@sed -n 's/^#: \{0,1\}//p' $(CURDIR)/Makefile

#: Sunmao: kernel modules for the NPU, the ISP and the power management of China-made SoCs
#:
#:   make demo        build all that is needed, boot the virtual RK3588, run a network on its NPU
#:   make test        every test; the last line is "N passed, N failed, N skipped"
#:   make kunit       only the KUnit suites, in the virtual machine
#:   make e2e         only the end-to-end tests; TESTS="file.py -k text" picks some
#:   make check       static checks: W=1, sparse, coccicheck, clang's analyzer, Android's symbol lists, installs, checkpatch,
#:                    kernel-doc, shellcheck, pylint, spelling, copies, dead code, unused exports
#:   make check-all   the same and what takes long, then KUnit and end-to-end tests on the debug kernel, make intree, 10,000
#:                    sequences of the hazard test
#:   make coverage    KUnit and end-to-end tests with modules that count the lines that run: build/coverage/
#:   make intree      build the suite into Linux 6.12 and 7.3, boot them, run the KUnit suites
#:   make bench       counts per job and per network, ours next to mainline's rocket
#:   make modules     the modules for a kernel under test, or with KDIR=... for any kernel tree
#:                    (cross: ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- or LLVM=-19)
#:   make symbol-list our symbol list for Android's kernel tree, and the modules packed for its init: build/gki/
#:   make dkms        install for the running kernel and every later one through DKMS (on a board)
#:   make install-into-tree KDIR=...   link the suite into a kernel's source as drivers/sunmao
#:                    (COPY=1 copies it, UNDO=1 takes it out again)
#:   make docs        Documentation/ as HTML: build/docs/html
#:   make lava URL=... what a LAVA lab needs for its boards, below that URL: build/lava
#:   make setup       only what all of these need: packages, kernel, emulator, guest user land
#:   make clean       remove build/ (the cache stays)
#:
#:   KERNEL=6.12|7.3             which kernel (default 6.12, for bench and coverage 7.3)
#:   PROFILE=distro|gki|debug    which configuration of it (default distro)
#:   SUNMAO_CACHE=DIR            where downloads and builds are kept (default ~/.cache/sunmao)
#:   SUNMAO_JOBS=N SUNMAO_VMS=N  compilers and virtual machines at the same time
#:
#: Results: build/test-results/, build/coverage/, build/bench/, build/demo/. Logs of every step: build/logs/.

.PHONY: setup docs lava modules modules_install install-into-tree intree dkms symbol-list demo test kunit e2e check check-all coverage bench ci kernel qemu clean help
