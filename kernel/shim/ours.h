/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hptsim's: memory, firmware, hypervisor, locks and time of the simulated guest. */
#ifndef HPTSIM_SHIM_OURS_H
#define HPTSIM_SHIM_OURS_H

/* pages and sections; the page size is the scenario's */
extern unsigned int hptsim_page_shift;
extern unsigned long hptsim_kernel_end;
#define PAGE_SHIFT		hptsim_page_shift
#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define PAGE_MASK		(~(PAGE_SIZE - 1))
#define PFN_DOWN(x)		((x) >> PAGE_SHIFT)
#define PFN_UP(x)		(((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_PHYS(x)		((phys_addr_t)(x) << PAGE_SHIFT)
#define SECTION_SIZE		(1UL << SECTION_SIZE_BITS)
#define MIN_MEMORY_BLOCK_SIZE	(1UL << SECTION_SIZE_BITS)
#define pfn_to_section_nr(pfn)	((pfn) >> (SECTION_SIZE_BITS - PAGE_SHIFT))
#define section_nr_to_pfn(nr)	((nr) << (SECTION_SIZE_BITS - PAGE_SHIFT))
#define PAGE_OFFSET		0xc000000000000000UL
#define __va(x)			((void *)(unsigned long)((unsigned long)(x) | PAGE_OFFSET))
#define __pa(x)			((unsigned long)(x) & 0x0fffffffffffffffUL)
#define H_VMALLOC_START		hptsim_kernel_end
bool pfn_valid(unsigned long pfn);

typedef struct { unsigned long pgprot; } pgprot_t;
#define pgprot_val(x)		((x).pgprot)
#define __pgprot(x)		((pgprot_t) { (x) })
#define PAGE_KERNEL		__pgprot(0)

/* memblock */
phys_addr_t memblock_phys_mem_size(void);
int memblock_add(phys_addr_t base, phys_addr_t size);
int memblock_remove(phys_addr_t base, phys_addr_t size);
phys_addr_t memblock_end_of_DRAM(void);

/* memory blocks, each an LMB */
struct device {
	bool offline;
	int id;
};

struct memory_block {
	unsigned long start_section_nr;
	int nid;
	struct device dev;
};

extern unsigned long memory_block_size;
#define memory_block_size_bytes()	memory_block_size
/* Of a section's number; once of its struct mem_section, which is nothing but the number here. */
struct mem_section;
struct memory_block *hptsim_find_memory_block(unsigned long section_nr);
#define __nr_to_section(nr)		((struct mem_section *)(unsigned long)(nr))
#define find_memory_block(section)	hptsim_find_memory_block((unsigned long)(section))
int device_online(struct device *dev);
int device_offline(struct device *dev);
void lock_device_hotplug(void);
void unlock_device_hotplug(void);
void get_online_mems(void);
void put_online_mems(void);

typedef int mhp_t;
#define MHP_NONE		0
#define MHP_MERGE_RESOURCE	1
#define MHP_MEMMAP_ON_MEMORY	2
/* Their number of arguments has changed over time: (nid, start, size[, flags]) and ([nid,] start, size). */
int hptsim_add_memory(int nid, u64 start, u64 size);
void hptsim_remove_memory(u64 start, u64 size, const char *file, int line);
#define __add_memory(nid, start, size, ...)	hptsim_add_memory(nid, start, size)
#define HPTSIM_REMOVE_2(start, size)		hptsim_remove_memory(start, size, __FILE__, __LINE__)
#define HPTSIM_REMOVE_3(nid, start, size)	((void)(nid), HPTSIM_REMOVE_2(start, size))
#define HPTSIM_4TH(a, b, c, d, ...)		d
#define __remove_memory(...)	HPTSIM_4TH(__VA_ARGS__, HPTSIM_REMOVE_3, HPTSIM_REMOVE_2, 0)(__VA_ARGS__)

/* nodes */
#define NUMA_NO_NODE		(-1)
#define first_online_node	0
#define node_possible(nid)	((nid) == 0)
#define node_online(nid)	((nid) == 0)
struct drmem_lmb;
int of_drconf_to_nid_single(struct drmem_lmb *lmb);
int memory_add_physaddr_to_nid(u64 start);

/* the bolted linear map */
extern int mmu_linear_psize, mmu_virtual_psize, mmu_vmemmap_psize, mmu_kernel_ssize;
#define MMU_PAGE_4K	0
#define MMU_PAGE_64K	2
#define MMU_PAGE_1M	5
#define MMU_PAGE_16M	9
#define MMU_PAGE_COUNT	16
struct mmu_psize_def { unsigned int shift; };
extern struct mmu_psize_def mmu_psize_defs[MMU_PAGE_COUNT];
extern u64 ppc64_pft_size;
int htab_bolt_mapping(unsigned long vstart, unsigned long vend, unsigned long pstart,
		      unsigned long prot, int psize, int ssize);
int htab_remove_mapping(unsigned long vstart, unsigned long vend, int psize, int ssize);
#define radix_enabled()			(0)
#define early_radix_enabled()		(0)
#define machine_is(name)		(1)
#define firmware_has_feature(feature)	hptsim_has_feature(#feature)
bool hptsim_has_feature(const char *name);

/* device tree: the nodes that hotplug code looks at */
struct property {
	char *name;
	int length;
	void *value;
	struct property *next;
};

struct device_node {
	const char *name;
	const char *full_name;
	struct property *properties;
};

struct of_reconfig_data {
	struct device_node *dn;
	struct property *prop;
	struct property *old_prop;
};

struct resource {
	resource_size_t start, end;
};

struct notifier_block {
	int (*notifier_call)(struct notifier_block *nb, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
};

#define OF_DYNAMIC			1
#define OF_RECONFIG_ATTACH_NODE		1
#define OF_RECONFIG_DETACH_NODE		2
#define OF_RECONFIG_ADD_PROPERTY	3
#define OF_RECONFIG_REMOVE_PROPERTY	4
#define OF_RECONFIG_UPDATE_PROPERTY	5
#define NOTIFY_OK			1
#define notifier_from_errno(err)	((err) ? 0x8000 | (1 - (err)) : NOTIFY_OK)
#define of_property_set_flag(prop, flag)	((void)(prop))
#define of_n_size_cells(node)		2
#define of_n_addr_cells(node)		2
struct device_node *of_find_node_by_path(const char *path);
const void *of_get_property(const struct device_node *node, const char *name, int *length);
struct property *of_find_property(const struct device_node *node, const char *name, int *length);
int of_update_property(struct device_node *node, struct property *prop);
bool of_node_is_type(const struct device_node *node, const char *type);
u64 of_read_number(const __be32 *cells, int count);
int of_address_to_resource(struct device_node *node, int index, struct resource *r);
int of_reconfig_notifier_register(struct notifier_block *nb);
#define resource_size(r)		((r)->end - (r)->start + 1)

/* firmware and hypervisor */
struct device_node *dlpar_configure_connector(__be32 drc_index, struct device_node *parent);
int rtas_get_sensor(int sensor, int index, int *state);
int rtas_set_indicator(int indicator, int index, int value);
/* what the two above were once made of */
int rtas_token(const char *service);
int rtas_call(int token, int nargs, int nret, int *outputs, ...);
#define rtas_busy_delay(status)	(0)
long plpar_hcall_norets(unsigned long opcode, ...);
struct cpumask;
int stop_machine(int (*fn)(void *data), void *data, const struct cpumask *cpus);
int stop_machine_cpuslocked(int (*fn)(void *data), void *data, const struct cpumask *cpus);

/* locks */
struct mutex {
	struct hptsim_lock lock;
};

struct rw_semaphore {
	struct mutex mutex;	/* readers and writers alike */
};

#define __MUTEX_INITIALIZER(name)	{ { #name, NULL } }
#define DEFINE_MUTEX(name)		struct mutex name = __MUTEX_INITIALIZER(name)
#define mutex_init(m)			((void)(*(m) = (struct mutex) { { #m, NULL } }))
#define mutex_destroy(m)		((void)(m))
#define mutex_lock_interruptible(m)	(mutex_lock(m), 0)
#define mutex_lock_killable(m)		(mutex_lock(m), 0)
#define mutex_lock_nested(m, class)	mutex_lock(m)
void mutex_lock(struct mutex *m);
int mutex_trylock(struct mutex *m);
void mutex_unlock(struct mutex *m);
bool mutex_is_locked(struct mutex *m);
#define __RWSEM_INITIALIZER(name)	{ __MUTEX_INITIALIZER(name) }
#define DECLARE_RWSEM(name)		struct rw_semaphore name = __RWSEM_INITIALIZER(name)
#define init_rwsem(s)			mutex_init(&(s)->mutex)
#define down_read(s)			mutex_lock(&(s)->mutex)
#define down_read_trylock(s)		mutex_trylock(&(s)->mutex)
#define up_read(s)			mutex_unlock(&(s)->mutex)
#define down_write(s)			mutex_lock(&(s)->mutex)
#define down_write_trylock(s)		mutex_trylock(&(s)->mutex)
#define up_write(s)			mutex_unlock(&(s)->mutex)
void cpus_read_lock(void);
void cpus_read_unlock(void);
#define get_online_cpus()		cpus_read_lock()
#define put_online_cpus()		cpus_read_unlock()

/* given back at the end of the scope */
static inline struct mutex *hptsim_guard_begin(struct mutex *m)
{
	mutex_lock(m);
	return m;
}

static inline void hptsim_guard_end(struct mutex **m)
{
	mutex_unlock(*m);
}

static inline void hptsim_guard_end_cpus(int *held)
{
	cpus_read_unlock();
}

#define HPTSIM_PASTE_(a, b)	a##b
#define HPTSIM_PASTE(a, b)	HPTSIM_PASTE_(a, b)
#define HPTSIM_GUARD(type, end) \
	type HPTSIM_PASTE(guard_, __COUNTER__) __attribute__((__cleanup__(end), __unused__))
#define hptsim_guard_mutex(m)		HPTSIM_GUARD(struct mutex *, hptsim_guard_end) = hptsim_guard_begin(m)
#define hptsim_guard_cpus_read_lock()	HPTSIM_GUARD(int, hptsim_guard_end_cpus) = (cpus_read_lock(), 1)
#define guard(kind)			hptsim_guard_##kind
#define scoped_guard(kind, ...) \
	for (int scope_ = 1; scope_; ) for (hptsim_guard_##kind(__VA_ARGS__); scope_; scope_ = 0)
#define __free(how)
#define no_free_ptr(p)		(p)
#define return_ptr(p)		return (p)

/* time */
#define HZ			1000
#define NSEC_PER_SEC		1000000000L
#define NSEC_PER_MSEC		1000000L
#define NSEC_PER_USEC		1000L
#define MSEC_PER_SEC		1000L
u64 ktime_get_ns(void);
void hptsim_sleep(u64 ns);
#define msleep(ms)		hptsim_sleep((u64)(ms) * NSEC_PER_MSEC)
#define msleep_interruptible(ms)	(msleep(ms), 0UL)
#define ssleep(s)		msleep((s) * 1000)
#define usleep_range(min, max)	hptsim_sleep((u64)(min) * NSEC_PER_USEC)
#define fsleep(us)		hptsim_sleep((u64)(us) * NSEC_PER_USEC)
#define mdelay(ms)		msleep(ms)
#define udelay(us)		fsleep(us)
#define schedule_timeout_uninterruptible(j)	(msleep(j), 0L)
#define ktime_get()		((ktime_t)ktime_get_ns())
#define ktime_get_boottime()	ktime_get()
#define ktime_sub(a, b)		((a) - (b))
#define ktime_to_ns(t)		(t)
#define ktime_to_us(t)		((t) / NSEC_PER_USEC)
#define ktime_to_ms(t)		((t) / NSEC_PER_MSEC)
#define ktime_ms_delta(a, b)	ktime_to_ms((a) - (b))
#define ktime_us_delta(a, b)	ktime_to_us((a) - (b))
#define ktime_after(a, b)	((a) > (b))
#define ktime_before(a, b)	((a) < (b))
#define ktime_add_ms(t, ms)	((t) + (s64)(ms) * NSEC_PER_MSEC)
#define jiffies			((unsigned long)(ktime_get_ns() / NSEC_PER_MSEC))
#define get_jiffies_64()	((u64)jiffies)
#define msecs_to_jiffies(ms)	((unsigned long)(ms))
#define jiffies_to_msecs(j)	((unsigned int)(j))
#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)
#define time_before_eq(a, b)	time_after_eq(b, a)

/* work that is done later, by a task of its own */
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	work_func_t func;
	u64 due;		/* ns; 0: not queued */
	int running;
};

struct delayed_work {
	struct work_struct work;
};

struct workqueue_struct;
#define __WORK_INITIALIZER(name, fn)	{ .func = fn }
#define DECLARE_WORK(name, fn)		struct work_struct name = __WORK_INITIALIZER(name, fn)
#define DECLARE_DELAYED_WORK(name, fn)	struct delayed_work name = { __WORK_INITIALIZER(name, fn) }
#define INIT_WORK(w, fn)		((void)(*(w) = (struct work_struct) { .func = fn }))
#define INIT_DELAYED_WORK(d, fn)	INIT_WORK(&(d)->work, fn)
#define to_delayed_work(w)		container_of(w, struct delayed_work, work)
#define system_wq			((struct workqueue_struct *)NULL)
#define system_long_wq			system_wq
#define system_unbound_wq		system_wq
bool hptsim_queue(struct work_struct *work, u64 ns, bool anew);
bool hptsim_cancel(struct work_struct *work);
void hptsim_flush(struct work_struct *work);
#define work_pending(w)				((w)->due != 0)
#define delayed_work_pending(d)			work_pending(&(d)->work)
#define schedule_work(w)			hptsim_queue(w, 0, false)
#define queue_work(wq, w)			schedule_work(w)
#define schedule_delayed_work(d, j)		hptsim_queue(&(d)->work, (u64)(j) * NSEC_PER_MSEC, false)
#define queue_delayed_work(wq, d, j)		schedule_delayed_work(d, j)
#define mod_delayed_work(wq, d, j)		hptsim_queue(&(d)->work, (u64)(j) * NSEC_PER_MSEC, true)
#define cancel_work_sync(w)			(hptsim_flush_running(w), hptsim_cancel(w))
#define cancel_delayed_work(d)			hptsim_cancel(&(d)->work)
#define cancel_delayed_work_sync(d)		cancel_work_sync(&(d)->work)
#define flush_work(w)				(hptsim_flush(w), true)
#define flush_delayed_work(d)			flush_work(&(d)->work)
void hptsim_flush_running(struct work_struct *work);

/* what runs at boot */
typedef int (*hptsim_initcall_t)(void);
#define HPTSIM_INITCALL(fn) \
	static hptsim_initcall_t hptsim_initcall_##fn \
	__attribute__((__used__, __section__("hptsim_initcalls"))) = fn
#define machine_device_initcall(machine, fn)	HPTSIM_INITCALL(fn)
#define machine_arch_initcall(machine, fn)	HPTSIM_INITCALL(fn)
#define machine_subsys_initcall(machine, fn)	HPTSIM_INITCALL(fn)
#define core_initcall(fn)			HPTSIM_INITCALL(fn)
#define arch_initcall(fn)			HPTSIM_INITCALL(fn)
#define subsys_initcall(fn)			HPTSIM_INITCALL(fn)
#define device_initcall(fn)			HPTSIM_INITCALL(fn)
#define late_initcall(fn)			HPTSIM_INITCALL(fn)
#define module_init(fn)				HPTSIM_INITCALL(fn)

/* for the record: who asked for which order, and which LMB is at hand */
void hptsim_lmb_begin(const struct drmem_lmb *lmb, int add);
void hptsim_lmb_end(const struct drmem_lmb *lmb, int add, int err);
void hptsim_mem_size_asked(u64 bytes);

#endif
