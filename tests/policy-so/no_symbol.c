// SPDX-License-Identifier: GPL-2.0-or-later
/* A shared object, but no plug-in. */
extern int hptsim_no_policy;
int hptsim_no_policy;
