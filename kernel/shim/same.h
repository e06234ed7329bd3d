/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same as in the kernel: types, arithmetic, strings, lists, counters, messages. */
#ifndef HPTSIM_SHIM_SAME_H
#define HPTSIM_SHIM_SAME_H

#include <stdarg.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s32 __s32;
typedef s64 __s64;
typedef u16 __be16;
typedef u32 __be32;
typedef u64 __be64;
typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef u8 uint8_t;
typedef u16 uint16_t;
typedef u32 uint32_t;
typedef u64 uint64_t;
typedef s8 int8_t;
typedef s16 int16_t;
typedef s32 int32_t;
typedef s64 int64_t;
typedef unsigned long uintptr_t;
typedef long ssize_t;
typedef long long loff_t;
typedef u64 phys_addr_t;
typedef u64 resource_size_t;
typedef u64 dma_addr_t;
typedef unsigned int gfp_t;
typedef s64 ktime_t;
typedef _Bool bool;
#define true	1
#define false	0

_Static_assert(sizeof(unsigned long) == 8, "as on ppc64");

/* configuration: a pseries guest with memory hotplug */
#define __KERNEL__			1
#define CONFIG_PPC64			1
#define CONFIG_PPC_BOOK3S		1
#define CONFIG_PPC_BOOK3S_64		1
#define CONFIG_PPC_64S_HASH_MMU		1
#define CONFIG_PPC_STD_MMU_64		1
#define CONFIG_PPC_PSERIES		1
#define CONFIG_PPC_SPLPAR		1
#define CONFIG_SMP			1
#define CONFIG_NUMA			1
#define CONFIG_SPARSEMEM		1
#define CONFIG_SPARSEMEM_VMEMMAP	1
#define CONFIG_MEMORY_HOTPLUG		1
#define CONFIG_MEMORY_HOTREMOVE		1
#define CONFIG_ARCH_KEEP_MEMBLOCK	1
#define CONFIG_DEBUG_FS			1

/* 1 where the symbol is defined as 1: the placeholder makes it the second argument */
#define HPTSIM_PLACE_1				0,
#define HPTSIM_SECOND(ignored, value, ...)	value
#define HPTSIM_IS_1(placeholder)		HPTSIM_SECOND(placeholder 1, 0)
#define HPTSIM_IS_DEFINED(value)		HPTSIM_IS_1(HPTSIM_PLACE_##value)
#define HPTSIM_EXPAND(value)			HPTSIM_IS_DEFINED(value)
#define IS_ENABLED(option)			HPTSIM_EXPAND(option)
#define IS_BUILTIN(option)			HPTSIM_EXPAND(option)

#include "numbers.h"

/* language */
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define __maybe_unused		__attribute__((__unused__))
#define __always_unused		__attribute__((__unused__))
#define __used			__attribute__((__used__))
#define __packed		__attribute__((__packed__))
#define __aligned(n)		__attribute__((__aligned__(n)))
#define __printf(a, b)		__attribute__((__format__(printf, a, b)))
#define __weak			__attribute__((__weak__))
#define noinline		__attribute__((__noinline__))
#define __always_inline		inline __attribute__((__always_inline__))
#define __noreturn		__attribute__((__noreturn__))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member)	((type *)((char *)(ptr) - offsetof(type, member)))
#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define offsetofend(type, member)	(offsetof(type, member) + sizeof_field(type, member))
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile __typeof__(x) *)&(x) = (val))
#define xchg(p, v) ({ __typeof__(*(p)) old_ = *(p); *(p) = (v); old_; })
#define cmpxchg(p, o, n) ({ __typeof__(*(p)) old_ = *(p); if (old_ == (o)) *(p) = (n); old_; })
#define BIT(n)			(1UL << (n))
#define ASM_CONST(x)		x##UL
#define UL(x)			x##UL
#define BUILD_BUG_ON(condition)	((void)sizeof(char[1 - 2 * !!(condition)]))

/* arithmetic */
#define HPTSIM_PICK(type, a, op, b) ({ type a_ = (a); type b_ = (b); a_ op b_ ? a_ : b_; })
#define min_t(type, a, b)	HPTSIM_PICK(type, a, <, b)
#define max_t(type, a, b)	HPTSIM_PICK(type, a, >, b)
#define min(a, b)		min_t(__typeof__((a) + (b)), a, b)
#define max(a, b)		max_t(__typeof__((a) + (b)), a, b)
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)
#define clamp_t(type, v, a, b)	min_t(type, max_t(type, v, a), b)
#define clamp(v, a, b)		min(max(v, a), b)
#define swap(a, b)		do { __typeof__(a) t_ = (a); (a) = (b); (b) = t_; } while (0)
#define ALIGN(x, a)		(((x) + (__typeof__(x))(a) - 1) & ~((__typeof__(x))(a) - 1))
#define ALIGN_DOWN(x, a)	((x) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a)	(((x) & ((__typeof__(x))(a) - 1)) == 0)
#define roundup(x, n)		(((x) + (n) - 1) / (n) * (n))
#define rounddown(x, n)		((x) / (n) * (n))
#define round_up(x, n)		ALIGN(x, n)
#define round_down(x, n)	ALIGN_DOWN(x, n)
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define DIV_ROUND_UP_ULL(n, d)	DIV_ROUND_UP(n, d)
#define div_u64(n, d)		((u64)(n) / (u32)(d))
#define div64_u64(n, d)		((u64)(n) / (u64)(d))
#define do_div(n, d)		({ u32 rest_ = (n) % (d); (n) /= (d); rest_; })
#define mult_frac(x, n, d)	((x) / (d) * (n) + (x) % (d) * (n) / (d))
#define upper_32_bits(n)	((u32)((u64)(n) >> 32))
#define lower_32_bits(n)	((u32)(n))
#define U8_MAX			((u8)~0)
#define U32_MAX			((u32)~0)
#define U64_MAX			((u64)~0)
#define INT_MAX			((int)(~0U >> 1))
#define UINT_MAX		(~0U)
#define LONG_MAX		((long)(~0UL >> 1))
#define ULONG_MAX		(~0UL)
#define SZ_1M			0x100000
#define SZ_16M			0x1000000
#define SZ_256M			0x10000000
#define SZ_1G			0x40000000

static inline int ilog2(u64 n)
{
	return n ? 63 - __builtin_clzll(n) : -1;
}

#define __ilog2(n)		ilog2(n)
#define __ilog2_u32(n)		ilog2((u32)(n))
#define __ilog2_u64(n)		ilog2(n)
#define const_ilog2(n)		ilog2(n)
#define fls(n)			(ilog2((u32)(n)) + 1)
#define fls64(n)		(ilog2(n) + 1)
#define fls_long(n)		(ilog2(n) + 1)
#define __fls(n)		((unsigned long)ilog2(n))
#define __ffs(n)		((unsigned long)__builtin_ctzll(n))
#define ffs(n)			__builtin_ffs(n)
#define hweight32(n)		((unsigned int)__builtin_popcount(n))
#define hweight64(n)		((unsigned long)__builtin_popcountll(n))
#define order_base_2(n)		((n) > 1 ? ilog2((n) - 1) + 1 : 0)
#define is_power_of_2(n)	((n) != 0 && ((n) & ((n) - 1)) == 0)
#define roundup_pow_of_two(n)	(1UL << order_base_2(n))
#define rounddown_pow_of_two(n)	(1UL << ilog2(n))

/* byte order: the machine that hptsim runs on may be either */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define cpu_to_be16(x)	__builtin_bswap16(x)
#define cpu_to_be32(x)	__builtin_bswap32(x)
#define cpu_to_be64(x)	__builtin_bswap64(x)
#define cpu_to_le32(x)	((u32)(x))
#define cpu_to_le64(x)	((u64)(x))
#else
#define cpu_to_be16(x)	((u16)(x))
#define cpu_to_be32(x)	((u32)(x))
#define cpu_to_be64(x)	((u64)(x))
#define cpu_to_le32(x)	__builtin_bswap32(x)
#define cpu_to_le64(x)	__builtin_bswap64(x)
#endif
#define be16_to_cpu(x)	cpu_to_be16(x)
#define be32_to_cpu(x)	cpu_to_be32(x)
#define be64_to_cpu(x)	cpu_to_be64(x)
#define le32_to_cpu(x)	cpu_to_le32(x)
#define le64_to_cpu(x)	cpu_to_le64(x)
#define be32_to_cpup(p)	be32_to_cpu(*(p))
#define be64_to_cpup(p)	be64_to_cpu(*(p))

/* strings: the C library's */
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
char *strchr(const char *text, int c);
char *strstr(const char *text, const char *part);
char *strncpy(char *to, const char *from, size_t size);
int snprintf(char *to, size_t size, const char *format, ...) __printf(3, 4);
int vsnprintf(char *to, size_t size, const char *format, va_list args);
int sprintf(char *to, const char *format, ...) __printf(2, 3);

/* memory */
#define GFP_KERNEL	0u
#define GFP_ATOMIC	0u
#define GFP_NOWAIT	0u
#define __GFP_ZERO	1u
#define __GFP_NOWARN	0u
void *kzalloc(size_t size, gfp_t flags);
void *krealloc(const void *p, size_t size, gfp_t flags);
char *kstrdup(const char *text, gfp_t flags);
void *kmemdup(const void *p, size_t size, gfp_t flags);
void hptsim_kfree(const void *p, const char *file, int line);
#define kmalloc(size, flags)		kzalloc(size, flags)
#define kcalloc(n, size, flags)		kzalloc((size_t)(n) * (size), flags)
#define kmalloc_array(n, size, flags)	kzalloc((size_t)(n) * (size), flags)
#define kvmalloc(size, flags)		kzalloc(size, flags)
#define kvzalloc(size, flags)		kzalloc(size, flags)
#define kvcalloc(n, size, flags)	kcalloc(n, size, flags)
#define vmalloc(size)			kzalloc(size, 0)
#define vzalloc(size)			kzalloc(size, 0)
#define kfree(p)			hptsim_kfree(p, __FILE__, __LINE__)
#define kvfree(p)			kfree(p)
#define vfree(p)			kfree(p)

/* lists */
struct list_head {
	struct list_head *next, *prev;
};

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head->prev = head;
}

static inline void hptsim_list_insert(struct list_head *item, struct list_head *before)
{
	item->next = before;
	item->prev = before->prev;
	before->prev->next = item;
	before->prev = item;
}

static inline void list_add(struct list_head *item, struct list_head *head)
{
	hptsim_list_insert(item, head->next);
}

static inline void list_add_tail(struct list_head *item, struct list_head *head)
{
	hptsim_list_insert(item, head);
}

static inline void list_del(struct list_head *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
}

static inline void list_del_init(struct list_head *item)
{
	list_del(item);
	INIT_LIST_HEAD(item);
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_entry(ptr, type, member)		container_of(ptr, type, member)
#define list_first_entry(head, type, member)	list_entry((head)->next, type, member)
#define list_for_each(pos, head)		for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_entry(pos, head, member) \
	for (pos = list_first_entry(head, __typeof__(*pos), member); &pos->member != (head); \
	     pos = list_entry(pos->member.next, __typeof__(*pos), member))
#define list_for_each_entry_safe(pos, n, head, member) \
	for (pos = list_first_entry(head, __typeof__(*pos), member), \
	     n = list_entry(pos->member.next, __typeof__(*pos), member); &pos->member != (head); \
	     pos = n, n = list_entry(n->member.next, __typeof__(*n), member))

/* Counters: nothing else runs between two calls that wait, so plain integers will do. */
typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;
typedef atomic64_t atomic_long_t;
#define ATOMIC_INIT(i)			{ (i) }
#define ATOMIC64_INIT(i)		{ (i) }
#define atomic_read(v)			READ_ONCE((v)->counter)
#define atomic_read_acquire(v)		READ_ONCE((v)->counter)
#define atomic_set(v, i)		((void)((v)->counter = (i)))
#define atomic_set_release(v, i)	((void)((v)->counter = (i)))
#define atomic_add(i, v)		((void)((v)->counter += (i)))
#define atomic_sub(i, v)		((void)((v)->counter -= (i)))
#define atomic_inc(v)			((void)(v)->counter++)
#define atomic_dec(v)			((void)(v)->counter--)
#define atomic_add_return(i, v)		((v)->counter += (i))
#define atomic_sub_return(i, v)		((v)->counter -= (i))
#define atomic_inc_return(v)		(++(v)->counter)
#define atomic_dec_return(v)		(--(v)->counter)
#define atomic_fetch_inc(v)		((v)->counter++)
#define atomic_fetch_dec(v)		((v)->counter--)
#define atomic_inc_and_test(v)		(++(v)->counter == 0)
#define atomic_dec_and_test(v)		(--(v)->counter == 0)
#define atomic_inc_not_zero(v)		((v)->counter ? ++(v)->counter : 0)
#define atomic_dec_if_positive(v)	((v)->counter > 0 ? --(v)->counter : (v)->counter - 1)
#define atomic_add_unless(v, a, u)	((v)->counter != (u) ? ((v)->counter += (a), 1) : 0)
#define atomic_xchg(v, i)		xchg(&(v)->counter, i)
#define atomic_cmpxchg(v, old, i)	cmpxchg(&(v)->counter, old, i)
#define atomic_inc_return_acquire(v)	atomic_inc_return(v)
#define atomic_dec_return_release(v)	atomic_dec_return(v)
#define atomic64_read(v)		atomic_read(v)
#define atomic64_set(v, i)		atomic_set(v, i)
#define atomic64_inc(v)			atomic_inc(v)
#define atomic64_dec(v)			atomic_dec(v)
#define atomic64_add(i, v)		atomic_add(i, v)
#define atomic_long_read(v)		atomic_read(v)
#define atomic_long_set(v, i)		atomic_set(v, i)
#define atomic_long_inc(v)		atomic_inc(v)
#define atomic_long_dec(v)		atomic_dec(v)

typedef struct { atomic_t refs; } refcount_t;
#define REFCOUNT_INIT(n)		{ ATOMIC_INIT(n) }
#define refcount_set(r, n)		atomic_set(&(r)->refs, n)
#define refcount_read(r)		atomic_read(&(r)->refs)
#define refcount_inc(r)			atomic_inc(&(r)->refs)
#define refcount_dec_and_test(r)	atomic_dec_and_test(&(r)->refs)

static inline bool test_bit(unsigned long n, const volatile unsigned long *words)
{
	return words[n / 64] >> n % 64 & 1;
}

static inline void set_bit(unsigned long n, volatile unsigned long *words)
{
	words[n / 64] |= 1UL << n % 64;
}

static inline void clear_bit(unsigned long n, volatile unsigned long *words)
{
	words[n / 64] &= ~(1UL << n % 64);
}

static inline bool test_and_set_bit(unsigned long n, volatile unsigned long *words)
{
	bool was = test_bit(n, words);

	set_bit(n, words);
	return was;
}

static inline bool test_and_clear_bit(unsigned long n, volatile unsigned long *words)
{
	bool was = test_bit(n, words);

	clear_bit(n, words);
	return was;
}

#define DECLARE_BITMAP(name, bits)	unsigned long name[DIV_ROUND_UP(bits, 64)]

/* switches in the code */
struct static_key_false { int on; };
struct static_key_true { int on; };
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false name = { 0 }
#define DEFINE_STATIC_KEY_TRUE(name)	struct static_key_true name = { 1 }
#define static_branch_likely(key)	((key)->on)
#define static_branch_unlikely(key)	((key)->on)
#define static_branch_enable(key)	((void)((key)->on = 1))
#define static_branch_disable(key)	((void)((key)->on = 0))

/* messages */
int hptsim_printk(int level, const char *format, ...) __printf(2, 3);
void hptsim_bug(const char *file, int line, const char *what) __noreturn;
bool hptsim_warn(const char *file, int line);

#define KERN_EMERG	"\0010"
#define KERN_ALERT	"\0011"
#define KERN_CRIT	"\0012"
#define KERN_ERR	"\0013"
#define KERN_WARNING	"\0014"
#define KERN_NOTICE	"\0015"
#define KERN_INFO	"\0016"
#define KERN_DEBUG	"\0017"
#define KERN_CONT	""

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#define HPTSIM_ONCE(call) do { static bool done_; if (!done_) { done_ = true; call; } } while (0)
#define printk(...)			hptsim_printk(-1, __VA_ARGS__)
#define pr_emerg(fmt, ...)		hptsim_printk(0, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...)		hptsim_printk(1, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...)		hptsim_printk(2, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)		hptsim_printk(3, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)		hptsim_printk(4, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warning(fmt, ...)		pr_warn(fmt, ##__VA_ARGS__)
#define pr_notice(fmt, ...)		hptsim_printk(5, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)		hptsim_printk(6, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...)		hptsim_printk(6, fmt, ##__VA_ARGS__)
#define pr_debug(fmt, ...)		do { if (0) hptsim_printk(7, pr_fmt(fmt), ##__VA_ARGS__); } while (0)
#define pr_devel(fmt, ...)		pr_debug(fmt, ##__VA_ARGS__)
#define pr_err_once(...)		HPTSIM_ONCE(pr_err(__VA_ARGS__))
#define pr_warn_once(...)		HPTSIM_ONCE(pr_warn(__VA_ARGS__))
#define pr_info_once(...)		HPTSIM_ONCE(pr_info(__VA_ARGS__))
#define pr_err_ratelimited(...)		pr_err(__VA_ARGS__)
#define pr_warn_ratelimited(...)	pr_warn(__VA_ARGS__)
#define pr_info_ratelimited(...)	pr_info(__VA_ARGS__)
#define printk_ratelimited(...)		printk(__VA_ARGS__)
#define dev_err(dev, fmt, ...)		pr_err(fmt, ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...)		pr_warn(fmt, ##__VA_ARGS__)
#define dev_info(dev, fmt, ...)		pr_info(fmt, ##__VA_ARGS__)

#define BUG()				hptsim_bug(__FILE__, __LINE__, "BUG()")
#define BUG_ON(c)			do { if (unlikely(c)) hptsim_bug(__FILE__, __LINE__, "BUG_ON(" #c ")"); } while (0)
#define panic(...)			do { pr_emerg(__VA_ARGS__); hptsim_bug(__FILE__, __LINE__, "panic()"); } while (0)
#define WARN_ON(c)			({ bool bad_ = !!(c); if (unlikely(bad_)) hptsim_warn(__FILE__, __LINE__); bad_; })
#define WARN_ON_ONCE(c)			({ static bool done_; bool bad_ = !!(c); \
	if (unlikely(bad_ && !done_)) { done_ = true; hptsim_warn(__FILE__, __LINE__); } bad_; })
#define VM_BUG_ON(c)			((void)sizeof(c))
#define VM_WARN_ON(c)			((void)sizeof(c))
#define VM_WARN_ON_ONCE(c)		((void)sizeof(c))
#define WARN(c, fmt, ...)		({ bool is_ = !!(c); \
	if (unlikely(is_)) { pr_warn(fmt, ##__VA_ARGS__); hptsim_warn(__FILE__, __LINE__); } is_; })
#define WARN_ONCE(c, ...)		({ static bool told_; bool is_once_ = !!(c); \
	if (is_once_ && !told_) { told_ = true; WARN(1, __VA_ARGS__); } is_once_; })
#define dump_stack()			((void)0)

/* pointers that carry an error */
#define MAX_ERRNO		4095
#define IS_ERR_VALUE(x)		((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)
#define IS_ERR(p)		IS_ERR_VALUE(p)
#define IS_ERR_OR_NULL(p)	(!(p) || IS_ERR(p))
#define PTR_ERR(p)		((long)(p))
#define ERR_PTR(e)		((void *)(long)(e))

#endif
