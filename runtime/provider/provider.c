#include "provider.h"
#include <lttng/ust-thread.h>

/* generated: one function an event */
void hd_provider_fill_events(struct hd_provider *provider);

void hd_provider_fill(struct hd_provider *provider) {
  provider->init_thread = lttng_ust_init_thread;
  hd_provider_fill_events(provider);
}
