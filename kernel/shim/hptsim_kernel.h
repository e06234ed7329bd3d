/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All of the shim, then what is needed of the tree's headers; every header under a kernel's name is this one. */
#ifndef HPTSIM_SHIM_KERNEL_H
#define HPTSIM_SHIM_KERNEL_H

#include "abi.h"
#include "nothing.h"
#include "same.h"
#include "ours.h"
#include "hptsim_wraps.h"
#include <asm/hvcall.h>
#include <asm/sparsemem.h>
#include <asm/drmem.h>
#include "hptsim_tree.h"

#endif
