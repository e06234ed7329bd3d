/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_KERNEL_FILES_H
#define HPTSIM_KERNEL_FILES_H
/* Which files of a kernel tree are looked at. */

#define TREE_ASM	"arch/powerpc/include/asm/"
#define TREE_PSERIES	"arch/powerpc/platforms/pseries/"
#define TREE_HOTPLUG	TREE_PSERIES "hotplug-memory.c"
#define TREE_LPAR	TREE_PSERIES "lpar.c"
#define TREE_DLPAR	TREE_PSERIES "dlpar.c"
#define TREE_HASH	"arch/powerpc/mm/book3s64/hash_utils.c"
#define TREE_DRMEM	TREE_ASM "drmem.h"

/* Headers that compile as they are; relative to arch/powerpc/include. Each list ends with NULL. */
extern const char *const tree_whole_headers[];
/* Sources and headers of which only what is needed is taken, and in this order. */
extern const char *const tree_sources[], *const tree_headers[];

#endif
