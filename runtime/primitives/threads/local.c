#include "local-values.h"
#include "trace.h"
#include "word.h"
#include <heddle/local.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Every local that is in use has an index, and a thread its values in an array by that index. An index is used again; the identity, which
 * is not, tells a local's value from what a destroyed one left behind. */
struct known {
  uint64_t identity; /* 0: the index is free */
  hd_local_destructor *destructor;
};
static struct {
  uint32_t guard;
  uint32_t capacity;
  uint64_t last_identity;
  struct known *known; /* by index */
  pthread_key_t key;   /* only for the end of threads that are not the runtime's */
  bool has_key;
} registry;

struct value {
  uint64_t identity;
  uint64_t order; /* counts the values that the thread has set where it had none */
  void *value;
};
struct values {
  uint32_t capacity;
  uint64_t last_order;
  struct value *values; /* by index; owned */
};
static __attribute__((tls_model("initial-exec"))) __thread struct values mine;

/* The smallest power of two above index: arrays grow by doubling. */
static uint32_t capacity_for(uint32_t index) { return index < 8 ? 8 : 1u << (32 - __builtin_clz(index)); }

/* Around a fork nobody is in the middle of a change. */
static void before_fork(void) { hd_guard_enter(&registry.guard); }
static void after_fork_in_parent(void) { hd_guard_leave(&registry.guard); }
static void after_fork_in_child(void) { registry.guard = 0; }
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child); }

static void end_of_foreign_thread(void *unused) {
  (void)unused;
  hd_local_values_end();
}

/* With the guard held: gives the local an index and an identity; false when no memory is left. */
static bool enroll(struct hd_local *local) {
  if (!registry.has_key && pthread_key_create(&registry.key, end_of_foreign_thread) != 0) return false;
  registry.has_key = true;
  uint32_t index = 0;
  while (index < registry.capacity && registry.known[index].identity) index++;
  if (index == registry.capacity) {
    uint32_t capacity = capacity_for(index);
    struct known *known = realloc(registry.known, capacity * sizeof *known);
    if (!known) return false;
    memset(known + registry.capacity, 0, (capacity - registry.capacity) * sizeof *known);
    registry.known = known;
    registry.capacity = capacity;
  }
  registry.known[index] = (struct known){++registry.last_identity, local->destructor};
  local->index = index;
  __atomic_store_n(&local->identity, registry.last_identity, __ATOMIC_RELEASE);
  return true;
}

/* The destructor of a value; NULL when there is none, or its local is no more. */
static hd_local_destructor *destructor_of(uint32_t index, uint64_t identity) {
  hd_guard_enter(&registry.guard);
  struct known known = index < registry.capacity ? registry.known[index] : (struct known){0};
  hd_guard_leave(&registry.guard);
  return known.identity == identity ? known.destructor : NULL;
}

/* The calling thread's value of the local; NULL when it never had one. */
static struct value *find(const struct hd_local *local) {
  uint64_t identity = __atomic_load_n(&local->identity, __ATOMIC_ACQUIRE);
  if (!identity || local->index >= mine.capacity) return NULL;
  struct value *value = &mine.values[local->index];
  return value->identity == identity ? value : NULL;
}

static struct value *find_or_make(struct hd_local *local) {
  struct value *value = find(local);
  if (value) return value;
  if (!__atomic_load_n(&local->identity, __ATOMIC_ACQUIRE)) {
    hd_guard_enter(&registry.guard);
    bool enrolled = local->identity || enroll(local);
    hd_guard_leave(&registry.guard);
    if (!enrolled) return NULL;
  }
  if (local->index >= mine.capacity) {
    uint32_t capacity = capacity_for(local->index);
    struct value *values = realloc(mine.values, capacity * sizeof *values);
    if (!values) return NULL;
    memset(values + mine.capacity, 0, (capacity - mine.capacity) * sizeof *values);
    mine.values = values;
    mine.capacity = capacity;
    if (pthread_setspecific(registry.key, &mine) != 0) return NULL;
  }
  value = &mine.values[local->index];
  *value = (struct value){.identity = local->identity};
  return value;
}

/* The value that was set last, but not after limit; its index. */
static bool youngest(uint64_t limit, uint32_t *index) {
  uint64_t best = 0;
  for (uint32_t i = 0; i < mine.capacity; i++)
    if (mine.values[i].value && mine.values[i].order <= limit && mine.values[i].order > best) {
      best = mine.values[i].order;
      *index = i;
    }
  return best;
}

void hd_local_values_end(void) {
  for (int round = 0; round < HD_LOCAL_ROUNDS; round++) {
    uint64_t limit = mine.last_order;
    for (uint32_t index; youngest(limit, &index);) {
      struct value value = mine.values[index];
      mine.values[index].value = NULL;
      hd_local_destructor *destructor = destructor_of(index, value.identity);
      if (destructor) destructor(value.value);
    }
  }
  free(mine.values);
  mine = (struct values){0};
}

/* The value becomes this; told, when that is asked for. */
static void change(const struct hd_local *local, void **place, void *value, const struct hd_source *source) {
  *place = value;
  struct hd_emit *emit = hd_trace_enter_if(__atomic_load_n(&local->traced, __ATOMIC_RELAXED));
  if (!emit) return;
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_LOCAL_SET, source);
  hd_emit_operation(emit, hd_reference(local), site, hd_emit_now(), (int64_t)(intptr_t)value, 0);
  hd_emit_leave(emit);
}

void hd_local_init_at(struct hd_local *local, hd_local_destructor *destructor, const char *name, const struct hd_source *source) {
  *local = (struct hd_local)HD_LOCAL_INIT(destructor);
  hd_trace_begin(hd_reference(local), HD_KIND_LOCAL, -1, name, source);
}

void hd_local_destroy_at(struct hd_local *local, const struct hd_source *source) {
  hd_trace_end(hd_reference(local), source);
  hd_guard_enter(&registry.guard);
  if (local->identity) registry.known[local->index] = (struct known){0};
  local->identity = 0;
  hd_guard_leave(&registry.guard);
}

void hd_local_trace(struct hd_local *local, bool traced) { __atomic_store_n(&local->traced, traced, __ATOMIC_RELAXED); }

void *hd_local_get(const struct hd_local *local) {
  const struct value *value = find(local);
  return value ? value->value : NULL;
}

int hd_local_set_at(struct hd_local *local, void *value, const struct hd_source *source) {
  struct value *place = find_or_make(local);
  if (!place) return HD_ERROR_NO_MEMORY;
  if (!place->value) place->order = ++mine.last_order;
  change(local, &place->value, value, source);
  return HD_OK;
}

int hd_local_delete_at(struct hd_local *local, const struct hd_source *source) {
  struct value *place = find(local);
  void *value = place ? place->value : NULL;
  if (!value) {
    struct hd_emit *emit = hd_trace_enter();
    int error = hd_trace_misuse(emit, hd_reference(local), HD_OPERATION_LOCAL_SET, source, HD_ERROR_EMPTY);
    hd_trace_leave(emit);
    return error;
  }
  change(local, &place->value, NULL, source);
  if (local->destructor) local->destructor(value);
  return HD_OK;
}
