/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_GATE_INTERNAL_H
#define HPTSIM_GATE_INTERNAL_H
/* Shared by the files of gate/ only. */
#include "gate/gate.h"

/* The two halves of gate_read(). */
int gate_read_baseline(const char *path, struct gate_set *set, char message[GATE_MESSAGE_MAX]);
int gate_read_database(const char *path, struct gate_set *set, char message[GATE_MESSAGE_MAX]);

/* Is it log2 of something? */
bool gate_is_order(enum gate_metric metric);

#endif
