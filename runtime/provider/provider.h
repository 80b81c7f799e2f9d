/* The LTTng-UST provider: the only part of the traced program that knows LTTng. emit opens it when the program is recorded. */
#ifndef HEDDLE_PROVIDER_H
#define HEDDLE_PROVIDER_H
#include "provider-table.h"

/* Fills the table of functions through which events are sent. Any thread, before the first event. */
__attribute__((visibility("default"))) void hd_provider_fill(struct hd_provider *provider);

#endif
