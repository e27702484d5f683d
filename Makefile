# SPDX-License-Identifier: GPL-2.0-only
#
# For people: the kernel's build system reads Kbuild instead of this file.
# `make help` lists what there is.

# dkms says which kernel with KERNELRELEASE.
KVER ?= $(or $(KERNELRELEASE),$(shell uname -r))
KDIR ?= /lib/modules/$(KVER)/build

kernel_release = $(shell cat $(KDIR)/include/config/kernel.release)
modules := CONFIG_VF_BOND=m CONFIG_HYPERV_NETVSC=m
simulator := CONFIG_HVSIM=m CONFIG_HVSIM_VF=m CONFIG_HVSIM_STANDBY=m
kbuild = $(MAKE) -C $(KDIR) M=$(CURDIR)
updates = $(INSTALL_MOD_PATH)/lib/modules/$(kernel_release)/updates

# The scripts run makes of their own, with settings of their own.
script = MAKEFLAGS= bash kunit

.DEFAULT_GOAL := modules
.PHONY: modules hvsim install uninstall clean demo shell e2e kunit check \
	newest debug soak failover-table reconfig-table lint deps sizes symvers \
	help kernel-headers

modules: kernel-headers ## hv_netvsc.ko and vf_bond.ko for KDIR (10 s)
	$(kbuild) $(modules) modules

hvsim: kernel-headers ## the same and the simulated host's modules (20 s)
	$(kbuild) $(modules) $(simulator) modules

install: modules ## both modules to updates/ of KDIR's kernel, depmod (5 s)
	$(kbuild) $(modules) INSTALL_MOD_DIR=updates modules_install
	depmod -a $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) $(kernel_release)

uninstall: kernel-headers ## take them out of updates/ again, depmod (2 s)
	$(RM) $(wildcard $(updates)/netvsc/hv_netvsc.ko* $(updates)/vf_bond/vf_bond.ko*)
	depmod -a $(if $(INSTALL_MOD_PATH),-b $(INSTALL_MOD_PATH)) $(kernel_release)

clean: kernel-headers ## what a build leaves here; the cache stays (2 s)
	$(kbuild) clean

demo: ## real traffic while a VF comes and goes, in QEMU (30 s; first 1 to 5 min)
	@$(script)/vm/demo.sh

shell: ## a prompt in the demo's guest (20 s to the prompt)
	@$(script)/vm/shell.sh

e2e: ## acceptance scenarios in QEMU, both drivers and kernels (about 1 h)
	@$(script)/vm/e2e.sh

debug: ## every scenario and 200 VF flaps on a kernel that finds mistakes (hours)
	@KERNEL=debug DRIVER=ours VF=$(or $(VF),standin) FLAPS=200 \
		$(script)/vm/e2e.sh

soak: ## 1,000 VF flaps under traffic (15 min)
	@KERNEL=$(or $(KERNEL),6.12) DRIVER=$(or $(DRIVER),ours) FLAPS=1000 \
		$(script)/vm/e2e.sh L24

failover-table: ## what is lost at a switch: ours, in-tree, net_failover, bonding (10 min)
	@$(script)/vm/failover.sh

reconfig-table: ## what changes of MTU, rings and so on cost, both drivers (5 min)
	@$(script)/vm/reconfig.sh

kunit: ## KUnit suites on user-mode Linux (1 min; first 10 min)
	@$(script)/check/kunit.sh

newest: ## W=1 build and KUnit suites for 7.3, Debian's newest (3 min; first 15 min)
	@KERNEL=7.3 $(script)/check/build.sh
	@KERNEL=7.3 $(script)/check/kunit.sh

lint: ## checkpatch, sparse and kernel-doc on every file (1 min)
	@$(script)/check/lint.sh

deps: ## who calls whom between the files: layers, no rings (20 s)
	@$(script)/check/deps.sh

sizes: ## length of files and functions, nesting (1 s)
	@python3 kunit/check/sizes.py

symvers: ## checksums of hvsim's exports against Debian's hv_vmbus (20 s)
	@$(script)/check/symvers.sh

check: ## lint to symvers, kunit, part of e2e, W=1 builds (17 min; first 30 min)
	@$(script)/check/check.sh $(STEPS)

help: ## this list
	@echo "Targets, with their usual time on 2 cores:"
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18
	@echo "Settings:"
	@echo "  KDIR=DIR      kernel headers to build against (default: the running kernel's)"
	@echo "  KERNEL=6.1    demo, shell: that kernel (default: 6.12); e2e: only that one"
	@echo "  DRIVER=intree demo, shell: the distribution's driver (default: ours); e2e: only that one"
	@echo "  VF=standin    demo, shell, e2e: a small VF of ours (default: a ConnectX-3, driven by mlx4)"
	@echo "  SCOPE=check   e2e: only what make check runs of it"
	@echo "  SMP=N         demo, shell, e2e: virtual CPUs (default: 2)"
	@echo "  SUITE=GLOB    kunit: only these suites"
	@echo "  STEPS=LIST    check: only these steps (a wrong name lists them)"

kernel-headers:
	@test -e $(KDIR)/Makefile || { \
		echo "error: no kernel headers in $(KDIR): install the package linux-headers-$(KVER), or name others with KDIR=" >&2; \
		exit 1; }
