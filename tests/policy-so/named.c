// SPDX-License-Identifier: GPL-2.0-or-later
/* Does nothing, under the name that the build gives it. */
#include <hptsim/policy.h>

HPTSIM_POLICY(.name = NAME);
