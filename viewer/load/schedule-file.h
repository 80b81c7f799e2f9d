/* The file "schedule": switches of threads on and off CPUs. */
#pragma once
#include "log.h"

/* Reads a recording's schedule into the log, sorted by time. Nothing happens when there is none; damage is noted. */
void hd_schedule_read(HdLog *log, const char *folder);
