/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_DATA_DIR_H
#define HPTSIM_DATA_DIR_H

/**
 * data_dir_find - where `meson install` put scenarios and the rest
 *
 * Found from where the program is, so that an installed tree may be moved or be below
 * a DESTDIR; else where it was configured to be. To be freed; NULL: not there, or out
 * of memory.
 */
char *data_dir_find(void);

#endif
