#include "shared-pair.h"
#include "trace.h"

static uint64_t reference(const struct hd_shared *shared) { return shared->object ? shared->object : hd_reference(shared); }

/* Makes the next version, of a value or of a sum. It is stamped between a look at the version before and its own making: so the stamps of
 * writes are in the order of their versions. */
static int64_t change(struct hd_shared *shared, int64_t (*next_value)(int64_t value, int64_t operand), int64_t operand,
                      enum hd_operation operation, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  uint32_t site = emit ? hd_emit_source_site(emit, operation, source) : 0;
  struct hd_pair seen, next;
  uint64_t at_ns;
  do {
    seen = hd_pair_look(shared);
    next.value = next_value(seen.value, operand);
    next.version = seen.version + 1;
    at_ns = emit ? hd_emit_now() : 0;
  } while (!hd_pair_replace(shared, seen, next));
  if (hd_seed_is_on()) {
    if (operation == HD_OPERATION_SHARED_UPDATE) hd_seed_saw(shared, seen.version); /* read and written in one */
    hd_seed_made(shared, next.version);
  }
  if (emit) hd_emit_instant(emit, reference(shared), site, at_ns, (uint32_t)next.version);
  hd_trace_leave(emit);
  return next.value;
}

static int64_t replace(int64_t unused, int64_t operand) { return operand; }
static int64_t add(int64_t value, int64_t addend) { return (int64_t)((uint64_t)value + (uint64_t)addend); }
static int64_t add_double(int64_t value, int64_t addend) { return hd_bits_of_double(hd_double_of_bits(value) + hd_double_of_bits(addend)); }

void hd_shared_init_at(struct hd_shared *shared, int64_t value, const char *name, const struct hd_source *source) {
  *shared = (struct hd_shared)HD_SHARED_INIT(value);
  struct hd_emit *emit = hd_trace_enter();
  if (!emit) return;
  shared->object = hd_emit_new_object(emit);
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_OBJECT_INIT, source);
  hd_emit_object_begin(emit, shared->object, HD_KIND_SHARED, 0, -1, site, name);
  hd_emit_leave(emit);
}

void hd_shared_destroy_at(struct hd_shared *shared, const struct hd_source *source) { hd_trace_end(reference(shared), source); }

int64_t hd_shared_read_at(struct hd_shared *shared, const struct hd_source *source) {
  if (!hd_trace_is_watched()) return __atomic_load_n(&shared->value, __ATOMIC_SEQ_CST);
  struct hd_emit *emit = hd_trace_enter();
  struct hd_pair seen = hd_pair_look(shared);
  if (hd_seed_is_on()) hd_seed_saw(shared, seen.version);
  hd_trace_instant(emit, reference(shared), HD_OPERATION_SHARED_READ, source, (uint32_t)seen.version);
  hd_trace_leave(emit);
  return seen.value;
}

void hd_shared_write_at(struct hd_shared *shared, int64_t value, const struct hd_source *source) {
  if (hd_trace_is_watched())
    change(shared, replace, value, HD_OPERATION_SHARED_WRITE, source);
  else
    __atomic_store_n(&shared->value, value, __ATOMIC_SEQ_CST);
}

int64_t hd_shared_update_at(struct hd_shared *shared, int64_t addend, const struct hd_source *source) {
  if (hd_trace_is_watched()) return change(shared, add, addend, HD_OPERATION_SHARED_UPDATE, source);
  return (int64_t)__atomic_add_fetch((uint64_t *)&shared->value, (uint64_t)addend, __ATOMIC_SEQ_CST);
}

double hd_shared_update_double_at(struct hd_shared *shared, double addend, const struct hd_source *source) {
  int64_t bits = hd_bits_of_double(addend);
  if (hd_trace_is_watched()) return hd_double_of_bits(change(shared, add_double, bits, HD_OPERATION_SHARED_UPDATE, source));
  int64_t seen = __atomic_load_n(&shared->value, __ATOMIC_SEQ_CST), next;
  do next = add_double(seen, bits);
  while (!__atomic_compare_exchange_n(&shared->value, &seen, next, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
  return hd_double_of_bits(next);
}
