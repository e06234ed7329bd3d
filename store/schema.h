/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_STORE_SCHEMA_H
#define HPTSIM_STORE_SCHEMA_H
/* The text of schema.sql; the build makes the definition. */
extern const char store_schema[];

#endif
