/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_SHIM_NUMBERS_H
#define HPTSIM_SHIM_NUMBERS_H
/* error numbers of the kernel's own ABI: the ones that hotplug code uses */
#define EPERM		1
#define ENOENT		2
#define EIO		5
#define E2BIG		7
#define EAGAIN		11
#define ENOMEM		12
#define EACCES		13
#define EFAULT		14
#define EBUSY		16
#define EEXIST		17
#define ENODEV		19
#define EINVAL		22
#define ENOSPC		28
#define ERANGE		34
#define ENOSYS		38
#define ENODATA		61
#define EOPNOTSUPP	95
#define ETIMEDOUT	110

#endif
