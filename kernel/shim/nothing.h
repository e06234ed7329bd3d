/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing to do here: annotations, and what only matters where things run at the same time. */
#ifndef HPTSIM_SHIM_NOTHING_H
#define HPTSIM_SHIM_NOTHING_H

#define __init
#define __initdata
#define __exit
#define __ref
#define __meminit
#define __meminitdata
#define __cold
#define __user
#define __iomem
#define __force
#define __percpu
#define __rcu
#define __read_mostly
#define __ro_after_init
#define __must_check
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)
#define __setup(name, fn)
#define early_param(name, fn)
#define core_param(name, var, type, perm)
#define module_param(name, type, perm)
#define MODULE_PARM_DESC(name, text)
#define MODULE_LICENSE(text)
#define MODULE_AUTHOR(text)
#define MODULE_DESCRIPTION(text)
#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define fallthrough		__attribute__((__fallthrough__))

#define might_sleep()			((void)0)
#define cond_resched()			((void)0)
#define schedule()			((void)0)
#define cpu_relax()			((void)0)
#define barrier()			((void)0)
#define mb()				((void)0)
#define rmb()				((void)0)
#define wmb()				((void)0)
#define smp_mb()			((void)0)
#define smp_rmb()			((void)0)
#define smp_wmb()			((void)0)
#define lockdep_assert_held(lock)	((void)(lock))
#define lockdep_assert_cpus_held()	((void)0)
#define preempt_disable()		((void)0)
#define preempt_enable()		((void)0)
#define rcu_read_lock()			((void)0)
#define rcu_read_unlock()		((void)0)
#define local_irq_save(flags)		((void)((flags) = 0))
#define local_irq_restore(flags)	((void)(flags))
#define touch_nmi_watchdog()		((void)0)
#define touch_softlockup_watchdog()	((void)0)
#define of_node_put(node)		((void)(node))
#define of_node_get(node)		(node)
#define put_device(dev)			((void)(dev))
#define dlpar_free_cc_nodes(node)	((void)(node))
#define update_numa_distance(node)	((void)(node))
#define debugfs_create_file(...)	((void)0)

/* held across nothing that waits */
typedef struct { int unused; } spinlock_t;
#define __SPIN_LOCK_UNLOCKED(name)		{ 0 }
#define DEFINE_SPINLOCK(name)			spinlock_t name = { 0 }
#define spin_lock_init(lock)			((void)(lock))
#define spin_lock(lock)				((void)(lock))
#define spin_unlock(lock)			((void)(lock))
#define spin_trylock(lock)			((void)(lock), 1)
#define spin_lock_irq(lock)			((void)(lock))
#define spin_unlock_irq(lock)			((void)(lock))
#define spin_lock_irqsave(lock, flags)		((void)(lock), (void)((flags) = 0))
#define spin_unlock_irqrestore(lock, flags)	((void)(lock), (void)(flags))

#endif
