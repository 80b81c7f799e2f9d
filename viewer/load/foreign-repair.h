/* Babeltrace refuses a whole trace for one bad packet. A trace of others with damage is copied without its bad packets first. */
#pragma once
#include "source.h"

/* Whether a trace of the source has packets that Babeltrace would refuse. */
gboolean hd_foreign_is_damaged(const HdSource *source);
/* A new temporary folder with the source's sound packets and metadata; NULL with error of the file system. */
char *hd_foreign_repair(const HdSource *source, GError **error);
/* Deletes the folder and frees its name. */
void hd_foreign_repair_remove(char *folder);
