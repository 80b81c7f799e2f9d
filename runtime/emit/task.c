/* What several actors that share a thread say of themselves: tasks, their contexts, entries of schedulers. */
#include "self.h"

/* A routine is an entry, sites are return addresses: one byte on, so that "just before it" is inside the routine. */
static uint32_t routine_site(struct hd_emit *self, enum hd_operation operation, const void *routine) {
  return routine ? hd_emit_site(self, operation, (const char *)routine + 1) : 0;
}

void hd_emit_task_create(struct hd_emit *self, uint64_t task, uint64_t loop, uint64_t context, uint64_t context_from, uint32_t site,
                         const void *routine, const char *name, uint64_t at_ns) {
  struct hd_event_task_create event = {.task = task,
                                       .loop = loop,
                                       .context = context,
                                       .context_from = context_from,
                                       .site = site,
                                       .routine = routine_site(self, HD_OPERATION_TASK_ROUTINE, routine),
                                       .name = name ? name : ""};
  HD_SEND(self, task_create, event, at_ns);
}

void hd_emit_context_copy(struct hd_emit *self, uint64_t context, uint64_t from) {
  struct hd_event_context_copy event = {.context = context, .from = from};
  HD_SEND(self, context_copy, event, hd_emit_now());
}

void hd_emit_context_value(struct hd_emit *self, uint64_t context, uint32_t site, const char *variable, const char *value) {
  struct hd_event_context_value event = {
      .context = context, .site = site, .is_set = value ? 1 : 0, .variable = variable, .value = value ? value : ""};
  HD_SEND(self, context_value, event, hd_emit_now());
}

void hd_emit_context_enter(struct hd_emit *self, uint64_t context) {
  struct hd_event_context_enter event = {.context = context};
  HD_SEND(self, context_enter, event, hd_emit_now());
}

void hd_emit_schedule_entry(struct hd_emit *self, uint64_t scheduler, uint32_t number, uint64_t planned_ns, int32_t priority, uint32_t site,
                            const void *routine, uint64_t at_ns) {
  struct hd_event_schedule_entry event = {.object = scheduler,
                                          .number = number,
                                          .planned_ns = planned_ns,
                                          .priority = priority,
                                          .site = site,
                                          .routine = routine_site(self, HD_OPERATION_SCHEDULE_ROUTINE, routine)};
  HD_SEND(self, schedule_entry, event, at_ns);
}
