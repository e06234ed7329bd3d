/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_PLUGIN_POLICY_H
#define HPTSIM_PLUGIN_POLICY_H
/*
 * Resize policies from outside hptsim's tree: all that a plug-in needs.
 *
 * A plug-in is a shared object with the body of a kernel patch in it and one
 * HPTSIM_POLICY() that says at which places of the kernel which function is
 * called. Functions of the kernel that a policy needs are here under their own
 * names. docs/external-policies.md has a walk through.
 *
 * A hook may wait: a resize, msleep() and locks let virtual time pass, and other
 * tasks of the guest, which may be in the same plug-in, go on meanwhile. Between
 * such calls nothing else runs. Static variables have their initial values again
 * at the start of each run. Hooks run on a stack of 256 KiB.
 */
#define HPTSIM_POLICY_ABI	1

/* --- what hptsim and a plug-in agree on; any change is another HPTSIM_POLICY_ABI --- */

struct mutex {
	const char *name;
	void *impl;		/* hptsim's; valid in run @run only */
	unsigned long run;
};

struct hptsim_ops {
	unsigned long long (*memblock_phys_mem_size)(void *cookie);
	unsigned int (*htab_shift_for_mem_size)(void *cookie, unsigned long mem_size);
	unsigned long long (*ppc64_pft_size)(void *cookie);
	int (*has_resize_hpt)(void *cookie);
	int (*resize_hpt)(void *cookie, unsigned long shift);
	unsigned long long (*drmem_lmb_size)(void *cookie);
	int (*drmem_n_lmbs)(void *cookie);
	void (*mutex_lock)(void *cookie, struct mutex *lock);
	int (*mutex_trylock)(void *cookie, struct mutex *lock);
	void (*mutex_unlock)(void *cookie, struct mutex *lock);
	int (*mutex_is_locked)(void *cookie, struct mutex *lock);
	void (*cpus_read_lock)(void *cookie);
	void (*cpus_read_unlock)(void *cookie);
	void (*msleep)(void *cookie, unsigned int msecs);
	unsigned long long (*ktime_get_ns)(void *cookie);
};

/* Which guest the running hook is in; set by hptsim whenever it goes to the plug-in. */
struct hptsim_call {
	const struct hptsim_ops *ops;
	void *cookie;
};

/* All hooks may be NULL: a place that the patch leaves alone. */
struct hptsim_policy {
	unsigned int abi;		/* HPTSIM_POLICY() fills these two */
	struct hptsim_call *call;

	const char *name;		/* for --policy: a-z, A-Z, 0-9, '.', '_', '-' */
	const char *title;		/* one line for `hptsim list policies` */
	const char *source;		/* mail, commit or tree it was taken from */

	/* once the guest has booted, before anything happens; must not resize */
	void (*init)(void);

	/*
	 * hash__create_section_mapping(): before the range is bolted; hotplugged
	 * memory counts already. hash__remove_section_mapping(): after it was
	 * unbolted; from v5.5 on it still counts. @new_mem_size is
	 * memblock_phys_mem_size(). The result is not looked at, as in the kernel.
	 */
	int (*create_section_mapping)(unsigned long new_mem_size);
	int (*remove_section_mapping)(unsigned long new_mem_size);

	/* the function of that name: first and last thing in it */
	void (*dlpar_add_lmb_begin)(void);
	void (*dlpar_add_lmb_end)(void);
	void (*dlpar_remove_lmb_begin)(void);
	void (*dlpar_remove_lmb_end)(void);

	/*
	 * The function of that name: before its first LMB, and after the last one or
	 * the rollback. A request that is refused before its LMB loop reaches
	 * neither. By index @lmbs_to_add is 1.
	 */
	void (*dlpar_memory_add_by_count_begin)(unsigned int lmbs_to_add);
	void (*dlpar_memory_add_by_count_end)(void);
	void (*dlpar_memory_add_by_index_begin)(unsigned int lmbs_to_add);
	void (*dlpar_memory_add_by_index_end)(void);
	void (*dlpar_memory_add_by_ic_begin)(unsigned int lmbs_to_add);
	void (*dlpar_memory_add_by_ic_end)(void);
	void (*dlpar_memory_remove_by_count_begin)(unsigned int lmbs_to_remove);
	void (*dlpar_memory_remove_by_count_end)(void);
	void (*dlpar_memory_remove_by_index_begin)(unsigned int lmbs_to_remove);
	void (*dlpar_memory_remove_by_index_end)(void);
	void (*dlpar_memory_remove_by_ic_begin)(unsigned int lmbs_to_remove);
	void (*dlpar_memory_remove_by_ic_end)(void);

	/* dlpar_memory_add_by_{count,ic}: around the loop that takes its LMBs out again */
	void (*dlpar_memory_add_rollback_begin)(void);
	void (*dlpar_memory_add_rollback_end)(void);
};

#ifndef HPTSIM_POLICY_HOST
/* --- the kernel, as a plug-in sees it --- */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* as the kernel is built */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef u64 phys_addr_t;

_Static_assert(sizeof(unsigned long) == 8, "hptsim runs on 64-bit machines");

extern __attribute__((visibility("hidden"))) struct hptsim_call hptsim_call;

/*
 * HPTSIM_POLICY - what the plug-in is; once in it, at file scope
 *
 * Takes designated initialisers of struct hptsim_policy, all but .abi and .call.
 */
#define HPTSIM_POLICY(...) \
	struct hptsim_call hptsim_call; \
	extern __attribute__((visibility("default"))) const struct hptsim_policy hptsim_policy; \
	const struct hptsim_policy hptsim_policy = { \
		.abi = HPTSIM_POLICY_ABI, \
		.call = &hptsim_call, \
		__VA_ARGS__ \
	}

#define HPTSIM_CALL(op)		hptsim_call.ops->op(hptsim_call.cookie)
#define HPTSIM_CALL1(op, arg)	hptsim_call.ops->op(hptsim_call.cookie, arg)

/* memory and the HPT */

static inline phys_addr_t memblock_phys_mem_size(void)
{
	return HPTSIM_CALL(memblock_phys_mem_size);
}

/* The order that the guest wants, log2 bytes. */
static inline unsigned htab_shift_for_mem_size(unsigned long mem_size)
{
	return HPTSIM_CALL1(htab_shift_for_mem_size, mem_size);
}

/* The order that the guest has; a variable in the kernel. */
#define ppc64_pft_size	(HPTSIM_CALL(ppc64_pft_size))

struct mmu_hash_ops {
	int (*resize_hpt)(unsigned long shift);
};

static inline int hptsim_resize_hpt(unsigned long shift)
{
	return HPTSIM_CALL1(resize_hpt, shift);
}

static inline const struct mmu_hash_ops *hptsim_mmu_hash_ops(void)
{
	static const struct mmu_hash_ops with = { hptsim_resize_hpt }, without = { NULL };

	return HPTSIM_CALL(has_resize_hpt) ? &with : &without;
}

/* .resize_hpt is NULL where the hypervisor does not offer it; it waits. */
#define mmu_hash_ops	(*hptsim_mmu_hash_ops())

static inline bool radix_enabled(void)
{
	return false;
}

static inline u64 drmem_lmb_size(void)
{
	return HPTSIM_CALL(drmem_lmb_size);
}

struct drmem_lmb_info {
	int n_lmbs;		/* that the guest could ever have */
	u64 lmb_size;
};

#define drmem_info	(&(const struct drmem_lmb_info){ HPTSIM_CALL(drmem_n_lmbs), drmem_lmb_size() })

/* locks and waiting */

#define __MUTEX_INITIALIZER(lockname)	{ #lockname, NULL, 0 }
#define DEFINE_MUTEX(mutexname)		struct mutex mutexname = __MUTEX_INITIALIZER(mutexname)
#define mutex_init(lock)		((void)(*(lock) = (struct mutex){ #lock, NULL, 0 }))
#define lockdep_assert_held(lock)	((void)(lock))

static inline void mutex_lock(struct mutex *lock)
{
	HPTSIM_CALL1(mutex_lock, lock);
}

static inline int mutex_trylock(struct mutex *lock)
{
	return HPTSIM_CALL1(mutex_trylock, lock);
}

static inline void mutex_unlock(struct mutex *lock)
{
	HPTSIM_CALL1(mutex_unlock, lock);
}

static inline bool mutex_is_locked(struct mutex *lock)
{
	return HPTSIM_CALL1(mutex_is_locked, lock);
}

static inline void cpus_read_lock(void)
{
	HPTSIM_CALL(cpus_read_lock);
}

static inline void cpus_read_unlock(void)
{
	HPTSIM_CALL(cpus_read_unlock);
}

static inline void msleep(unsigned int msecs)
{
	HPTSIM_CALL1(msleep, msecs);
}

/* Virtual time since boot. */
static inline u64 ktime_get_ns(void)
{
	return HPTSIM_CALL(ktime_get_ns);
}

#define HZ			1000
#define jiffies			((unsigned long)(ktime_get_ns() / 1000000))
#define msecs_to_jiffies(msecs)	((unsigned long)(msecs))
#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)

/* Nothing runs between two calls that wait, so plain variables will do. */
typedef struct {
	int counter;
} atomic_t;

#define ATOMIC_INIT(i)		{ (i) }
#define atomic_read(v)		((v)->counter)
#define atomic_set(v, i)	((void)((v)->counter = (i)))
#define atomic_add(i, v)	((void)((v)->counter += (i)))
#define atomic_sub(i, v)	((void)((v)->counter -= (i)))
#define atomic_inc(v)		((void)(v)->counter++)
#define atomic_dec(v)		((void)(v)->counter--)
#define atomic_inc_return(v)	(++(v)->counter)
#define atomic_dec_return(v)	(--(v)->counter)
#define atomic_dec_and_test(v)	(--(v)->counter == 0)

static inline int atomic_xchg(atomic_t *v, int i)
{
	int old = v->counter;

	v->counter = i;
	return old;
}

static inline int atomic_cmpxchg(atomic_t *v, int old, int new_value)
{
	int found = v->counter;

	if (found == old)
		v->counter = new_value;
	return found;
}

#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, value)	((void)((x) = (value)))

/* messages: nowhere, or with -DHPTSIM_PRINTK to standard error */

__attribute__((format(printf, 1, 2)))
static inline void printk(const char *format, ...)
{
#ifdef HPTSIM_PRINTK
	u64 us = ktime_get_ns() / 1000;
	va_list ap;

	fprintf(stderr, "[%5llu.%06llu] ", us / 1000000, us % 1000000);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
#else
	(void)format;
#endif
}

#define KERN_ERR
#define KERN_WARNING
#define KERN_NOTICE
#define KERN_INFO
#define KERN_DEBUG
#define pr_err(...)			printk(__VA_ARGS__)
#define pr_warn(...)			printk(__VA_ARGS__)
#define pr_warn_once(...)		printk(__VA_ARGS__)
#define pr_warn_ratelimited(...)	printk(__VA_ARGS__)
#define pr_notice(...)			printk(__VA_ARGS__)
#define pr_info(...)			printk(__VA_ARGS__)
#define pr_debug(...)			printk(__VA_ARGS__)

static inline bool hptsim_warn_on(bool is, const char *condition)
{
	if (is)
		printk("WARN_ON(%s)\n", condition);
	return is;
}

#define WARN_ON(condition)	hptsim_warn_on(!!(condition), #condition)
#define WARN_ON_ONCE(condition)	WARN_ON(condition)

/* language */

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define __maybe_unused		__attribute__((unused))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

#define min_t(type, a, b) __extension__ ({ type min_a = (a), min_b = (b); min_a < min_b ? min_a : min_b; })
#define max_t(type, a, b) __extension__ ({ type max_a = (a), max_b = (b); max_a > max_b ? max_a : max_b; })
#define min(a, b)	min_t(__typeof__((a) + (b)), a, b)
#define max(a, b)	max_t(__typeof__((a) + (b)), a, b)

static inline int ilog2(u64 n)
{
	return 63 - __builtin_clzll(n);
}

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n < 2 ? 1 : 2UL << ilog2(n - 1);
}

#endif /* HPTSIM_POLICY_HOST */
#endif
