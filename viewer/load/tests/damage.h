/* Damaged recordings, the same at each run. */
#pragma once
#include <glib.h>

/* Breaks one file of the folder, or removes it, as the seed says: cut, with flipped bits, a range of it zeroed, of noise or left away.
 * Returns what was done, owned by the caller. */
char *damage(const char *folder, guint32 seed);

/* By how much a test's seeds are raised: 0, or the number in the environment variable HEDDLE_SEED, to try other damage than every day. */
guint32 damage_first_seed(void);
