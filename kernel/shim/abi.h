/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_ABI_H
#define HPTSIM_KERNEL_ABI_H
/*
 * What hptsim and a kernel's text in a shared object agree on. Included on both
 * sides; any change is another HPTSIM_KERNEL_ABI.
 *
 * LMBs are told by their number, ranges in bytes. What waits in the kernel waits
 * here: other tasks of the guest may be in the same text meanwhile.
 */
#define HPTSIM_KERNEL_ABI	1
#define HPTSIM_KERNEL_SYMBOL	"hptsim_kernel"

enum hptsim_block { HPTSIM_BLOCK_NONE, HPTSIM_BLOCK_OFFLINE, HPTSIM_BLOCK_ONLINE };

/* As the guest finds them when it boots. */
struct hptsim_kernel_boot {
	unsigned page_shift;		/* of the kernel: 16 or 12 */
	unsigned linear_shift;		/* of the linear map */
	unsigned long lmb_bytes;
	unsigned long lmb_count;
	const unsigned *lmb_flags;	/* DRCONF_MEM_ASSIGNED, DRCONF_MEM_RESERVED */
	unsigned long first_drc;	/* LMBs below have no connector */
	unsigned hpt_shift;
	int resize_hpt;			/* the hypervisor offers it */
};

/* A lock of the text's: its name, and hptsim's side of it, made at first use. */
struct hptsim_lock {
	const char *name;
	void *impl;
};

enum hptsim_device { HPTSIM_ADD_MEMORY, HPTSIM_ONLINE, HPTSIM_OFFLINE };

struct hptsim_kernel_ops {
	/* memory */
	unsigned long long (*memblock_phys_mem_size)(void *cookie);
	void (*memblock_add)(void *cookie, unsigned long long base, unsigned long long size);
	void (*memblock_remove)(void *cookie, unsigned long long base, unsigned long long size);
	int (*add_memory)(void *cookie, unsigned long long base, unsigned long long size);
	/* -EBUSY: a block of it is not offline */
	int (*remove_memory)(void *cookie, unsigned long long base, unsigned long long size);
	enum hptsim_block (*memory_block)(void *cookie, unsigned long long base);
	int (*device_online)(void *cookie, unsigned long lmb);
	int (*device_offline)(void *cookie, unsigned long lmb);
	int (*bolt_linear)(void *cookie, unsigned long long base, unsigned long long size);
	int (*unbolt_linear)(void *cookie, unsigned long long base, unsigned long long size);
	void (*search_lmbs)(void *cookie);
	/* firmware and hypervisor */
	int (*configure_connector)(void *cookie, unsigned long lmb);
	int (*rtas_get_sensor)(void *cookie, int sensor, unsigned long lmb, int *state);
	int (*rtas_set_indicator)(void *cookie, int indicator, unsigned long lmb, int value);
	long (*hcall)(void *cookie, unsigned long opcode, unsigned long a, unsigned long b);
	int (*stop_machine)(void *cookie, int cpuslocked, int (*fn)(void *data), void *data);
	/* locks and time */
	void (*mutex_lock)(void *cookie, struct hptsim_lock *lock);
	int (*mutex_trylock)(void *cookie, struct hptsim_lock *lock);
	void (*mutex_unlock)(void *cookie, struct hptsim_lock *lock);
	int (*mutex_is_locked)(void *cookie, struct hptsim_lock *lock);
	void (*lock_device_hotplug)(void *cookie);
	void (*unlock_device_hotplug)(void *cookie);
	void (*cpus_read_lock)(void *cookie);
	void (*cpus_read_unlock)(void *cookie);
	void (*get_online_mems)(void *cookie);
	void (*put_online_mems)(void *cookie);
	void (*sleep)(void *cookie, unsigned long long ns);
	unsigned long long (*ktime_get_ns)(void *cookie);
	void (*call_later)(void *cookie, unsigned long long ns, void (*fn)(void *data), void *data);
	/* for the record */
	void (*lmb_begin)(void *cookie, unsigned long lmb, int add);
	void (*lmb_end)(void *cookie, unsigned long lmb, int add, int err);
	void (*mem_size_asked)(void *cookie, unsigned long long bytes);
	int (*resize)(void *cookie, unsigned long shift, int (*fn)(unsigned long shift), const void *caller);
	void (*log)(void *cookie, int level, const char *text);
	/* memory of the text's own; all of it is given back when the run ends */
	void *(*alloc)(void *cookie, unsigned long size);
	int (*free)(void *cookie, void *p);	/* 0: not one of alloc()'s */
	unsigned long (*alloc_size)(void *cookie, const void *p);
	/* BUG(); does not return */
	void (*bug)(void *cookie, const char *file, int line, const char *what);
};

/* Which guest the text is in; set by hptsim before each run. */
struct hptsim_kernel_call {
	const struct hptsim_kernel_ops *ops;
	void *cookie;
};

struct hptsim_kernel {
	unsigned abi;
	struct hptsim_kernel_call *call;
	const char *name;		/* for --policy */
	const char *title;		/* one line for `hptsim list policies` */
	const char *source;		/* tree and patches */
	const char *open;		/* what of the patches is not run; may be "" */
	const char *version;		/* of the tree, "6.1.170"; "" when it has no Makefile */
	unsigned long long *ppc64_pft_size;

	void (*boot)(const struct hptsim_kernel_boot *boot);
	/* 0 is add or by count, 1 remove or by index, 2 by indexed-count */
	int (*dlpar_memory)(int action, int by, unsigned count, unsigned drc_index);
	int (*create_section_mapping)(unsigned long long base, unsigned long long size);
	int (*remove_section_mapping)(unsigned long long base, unsigned long long size);
	int (*hpt_order_set)(unsigned long long shift);
	/* OF_RECONFIG_DETACH_NODE of a memory node */
	int (*detach)(unsigned long lmb);
};

#endif
