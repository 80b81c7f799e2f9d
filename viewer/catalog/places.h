/* Where Heddle's own parts lie: in the build folder while nothing is installed, else where they were installed. A tree that was moved as a
 * whole works, too. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* The command heddle that belongs to this program; NULL: there is none. The caller frees it. */
char *hd_place_heddle(void);
/* The folder with catalog.json and the pictures; NULL: the demonstrations are not part of this installation. The caller frees it. */
char *hd_place_catalog(void);
/* The program of a demonstration, NULL when it is not there. The caller frees it. */
char *hd_place_demo(const char *name);

G_END_DECLS
