/* STD text: one event a line, "T0|acq(L1)|123": thread, operation, location. It is what RAPID, SPDOffline and other public race and
 * deadlock prediction tools read (github.com/umangm/rapid, "STD format"). Operations: acq, rel, req (asks for a lock), r, w (accesses of
 * variables, left out), fork, join, begin, end, wait and notify (an extension). Lines have no times: each stands for a microsecond.
 */
#pragma once
#include "log.h"

HdLog *hd_std_text_load(const char *path, GError **error);
