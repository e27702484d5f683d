// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done to any net_device, master or VF, and what it is done with.
 */
#include <kunit/resource.h>
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "vf_bond_fixture.h"

/* ---- addresses ---- */

int fake_set_address(struct net_device *dev, const u8 *addr)
{
	struct sockaddr_storage ss = { .ss_family = ARPHRD_ETHER };
	int err;

	ether_addr_copy(ss.__data, addr);
	rtnl_lock();
	err = dev_set_mac_address(dev, &ss, NULL);
	rtnl_unlock();
	return err;
}

bool fake_has_addr(const struct netdev_hw_addr_list *list, const u8 *addr)
{
	struct netdev_hw_addr *ha;

	netdev_hw_addr_list_for_each(ha, list)
		if (ether_addr_equal(ha->addr, addr))
			return true;
	return false;
}

void fake_settle_lists(struct net_device *dev)
{
	/* flags that stay what they are have the lists looked at on the way */
	rtnl_lock();
	dev_change_flags(dev, dev->flags & ~(IFF_PROMISC | IFF_ALLMULTI), NULL);
	rtnl_unlock();
}

/* ---- namespaces ---- */

static void fake_put_net(void *net)
{
	put_net(net);
}

struct net *fake_net(struct kunit *test)
{
	struct net *net = copy_net_ns(CLONE_NEWNET, &init_user_ns, &init_net);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, net);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, fake_put_net,
							   net));
	return net;
}

int fake_move(struct net_device *dev, struct net *net)
{
	int err;

	rtnl_lock();
	err = dev_change_net_namespace(dev, net, "eth%d");
	rtnl_unlock();
	return err;
}

/* ---- programs ---- */

static void fake_free_prog(void *prog)
{
	bpf_prog_free(prog);
}

struct bpf_prog *fake_prog(struct kunit *test)
{
	struct bpf_prog *prog = bpf_prog_alloc(bpf_prog_size(1), 0);

	KUNIT_ASSERT_NOT_NULL(test, prog);
	prog->type = BPF_PROG_TYPE_XDP;
	atomic64_set(&prog->aux->refcnt, 1);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, fake_free_prog,
							   prog));
	return prog;
}

int fake_set_xdp(struct fake_master *m, struct bpf_prog *prog)
{
	int err;

	rtnl_lock();
	err = vf_bond_set_xdp(m->bond, prog, NULL);
	rtnl_unlock();
	return err;
}
