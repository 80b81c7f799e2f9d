/* heddle demo --list: the demonstrations by theme, on 80 columns. */
#pragma once
#include "catalog.h"
#include <stdio.h>

G_BEGIN_DECLS

/* Prints those that match the words (hd_demo_matches), NULL: all. Returns how many; with none, says so on stderr. */
guint hd_demo_list(const HdCatalog *catalog, const char *words, FILE *to);

G_END_DECLS
