/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Part of the shim: locks, time, the text's own memory and its messages; included by shim.c. */

/* --- locks and time --- */

void mutex_lock(struct mutex *m)
{
	OPA(mutex_lock, &m->lock);
}

int mutex_trylock(struct mutex *m)
{
	return OPA(mutex_trylock, &m->lock);
}

void mutex_unlock(struct mutex *m)
{
	OPA(mutex_unlock, &m->lock);
}

bool mutex_is_locked(struct mutex *m)
{
	return OPA(mutex_is_locked, &m->lock);
}

void lock_device_hotplug(void)
{
	OP(lock_device_hotplug);
}

void unlock_device_hotplug(void)
{
	OP(unlock_device_hotplug);
}

void cpus_read_lock(void)
{
	OP(cpus_read_lock);
}

void cpus_read_unlock(void)
{
	OP(cpus_read_unlock);
}

void get_online_mems(void)
{
	OP(get_online_mems);
}

void put_online_mems(void)
{
	OP(put_online_mems);
}

void hptsim_sleep(u64 ns)
{
	OPA(sleep, ns);
}

u64 ktime_get_ns(void)
{
	return OP(ktime_get_ns);
}

/* A task that was started for an earlier due time finds it changed and leaves. */
static void work_task(void *data)
{
	struct work_struct *work = data;

	if (!work->due || work->due > ktime_get_ns() + 1)
		return;
	work->due = 0;
	work->running++;
	work->func(work);
	work->running--;
}

bool hptsim_queue(struct work_struct *work, u64 ns, bool anew)
{
	bool pending = work->due != 0;

	if (pending && !anew)
		return false;
	work->due = ktime_get_ns() + ns + 1;	/* 0 is "not queued" */
	OPA(call_later, ns, work_task, work);
	return anew ? pending : true;
}

bool hptsim_cancel(struct work_struct *work)
{
	bool pending = work->due != 0;

	work->due = 0;
	return pending;
}

void hptsim_flush_running(struct work_struct *work)
{
	while (work->running)
		hptsim_sleep(NSEC_PER_MSEC);
}

void hptsim_flush(struct work_struct *work)
{
	if (work->due) {
		work->due = 0;
		work->running++;
		work->func(work);
		work->running--;
	}
	hptsim_flush_running(work);
}

/* --- memory of the text's own --- */

void *kzalloc(size_t size, gfp_t flags)
{
	return OPA(alloc, size);
}

void *krealloc(const void *p, size_t size, gfp_t flags)
{
	void *new = kzalloc(size, flags);

	if (p && new) {
		memcpy(new, p, min(OPA(alloc_size, p), (unsigned long)size));
		kfree(p);
	}
	return new;
}

void *kmemdup(const void *p, size_t size, gfp_t flags)
{
	void *new = kzalloc(size, flags);

	if (new)
		memcpy(new, p, size);
	return new;
}

char *kstrdup(const char *text, gfp_t flags)
{
	return text ? kmemdup(text, strlen(text) + 1, flags) : NULL;
}

void hptsim_kfree(const void *p, const char *file, int line)
{
	if (p && !OPA(free, (void *)p))
		hptsim_bug(file, line, "kfree() of what was not allocated, or is free already");
}

/* --- messages --- */

#define LINE_MAX	512

/*
 * The C library knows nothing of %pOF and the like, and addresses differ from run
 * to run: every pointer is shown as "(ptr)".
 */
static void without_pointers(char *to, const char *from)
{
	const char *end = to + LINE_MAX - sizeof("(ptr)%.0s");

	while (*from && to < end) {
		if (from[0] == '%' && from[1] == '%') {
			*to++ = *from++;
		} else if (from[0] == '%' && from[1] == 'p') {
			memcpy(to, "(ptr)%.0s", sizeof("(ptr)%.0s") - 1);
			to += sizeof("(ptr)%.0s") - 1;
			from += 2;
			while ((*from >= 'a' && *from <= 'z') || (*from >= 'A' && *from <= 'Z'))
				from++;
			continue;
		}
		*to++ = *from++;
	}
	*to = 0;
}

int hptsim_printk(int level, const char *format, ...)
{
	char plain[LINE_MAX], text[LINE_MAX];
	va_list args;
	int n;

	if (level < 0) {
		level = 4;
		if (format[0] == 1 && format[1]) {
			level = format[1] - '0';
			format += 2;
		}
	}
	without_pointers(plain, format);
	va_start(args, format);
	n = vsnprintf(text, sizeof(text), plain, args);
	va_end(args);
	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	while (n > 0 && text[n - 1] == '\n')
		text[--n] = 0;
	OPA(log, level, text);
	return n;
}

void hptsim_bug(const char *file, int line, const char *what)
{
	OPA(bug, file, line, what);
	__builtin_unreachable();
}

bool hptsim_warn(const char *file, int line)
{
	hptsim_printk(4, "WARNING: at %s:%d\n", file, line);
	return true;
}
