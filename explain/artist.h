/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HPTSIM_ARTIST_H
#define HPTSIM_ARTIST_H
/* Pictures of the table for a report: the run is made again from what the database keeps of its input. */
#include "report/report.h"

extern const struct report_artist explain_table_artist;

#endif
