#include "plan.h"
#include <string.h>

#define FIXED_BYTES_MAX (1u << 24)

/* A schema field's place and type; type -1: not in the schema. */
typedef struct {
  int type;
  guint16 offset;
} Target;

static gboolean is_written(const GArray *steps, guint16 offset) {
  for (guint i = 0; i < steps->len; i++) {
    const HdStep *step = &g_array_index(steps, HdStep, i);
    guint32 bytes = step->kind == HD_STEP_COPY ? step->bytes : 1;
    gboolean writes =
        step->kind == HD_STEP_COPY || step->kind == HD_STEP_INTEGER || step->kind == HD_STEP_TEXT || step->kind == HD_STEP_SEQUENCE;
    if (writes && offset >= step->destination && offset < step->destination + bytes) return TRUE;
  }
  return FALSE;
}

/* Of two fields of one name, which only damaged metadata have, the first counts: the walk looks for what is common there, too. */
static Target find_target(const GArray *steps, int event, const char *name) {
  const char *schema_name = *name == '_' ? name + 1 : name; /* LTTng puts a _ before every name */
  for (guint i = 0; event >= 0 && i < hd_events[event].field_count; i++) {
    const struct hd_field_info *field = &hd_events[event].fields[i];
    if (strcmp(field->name, schema_name) == 0 && !is_written(steps, field->offset))
      return (Target){.type = field->type, .offset = field->offset};
  }
  return (Target){.type = -1};
}

static guint8 field_bytes(int type) {
  static const guint8 bytes[] = {
      [HD_FIELD_U8] = 1, [HD_FIELD_U16] = 2, [HD_FIELD_U32] = 4, [HD_FIELD_U64] = 8, [HD_FIELD_I32] = 4, [HD_FIELD_I64] = 8};
  return type >= 0 && type < (int)G_N_ELEMENTS(bytes) ? bytes[type] : 0;
}

guint32 hd_type_fixed_bytes(const HdType *type) {
  if (!type || type->align_bits > 8) return 0;
  guint64 bytes = 0;
  switch (type->kind) {
  case HD_TYPE_INTEGER:
  case HD_TYPE_FLOAT:
    return type->align_bits == 8 && type->bits % 8 == 0 ? type->bits / 8 : 0;
  case HD_TYPE_ARRAY:
    bytes = hd_type_fixed_bytes(type->element);
    return type->count <= FIXED_BYTES_MAX && bytes * type->count <= FIXED_BYTES_MAX ? bytes * type->count : 0;
  case HD_TYPE_STRUCT:
    for (guint i = 0; i < type->fields->len; i++) {
      guint32 field = hd_type_fixed_bytes(g_array_index(type->fields, HdField, i).type);
      if (field == 0) return 0;
      bytes += field;
    }
    return bytes <= FIXED_BYTES_MAX ? bytes : 0;
  default:
    return 0;
  }
}

/* Adds a step, or makes the last one longer. */
static void add_step(GArray *steps, HdStep step) {
  HdStep *last = steps->len ? &g_array_index(steps, HdStep, steps->len - 1) : NULL;
  if (last && last->kind == HD_STEP_SKIP && step.kind == HD_STEP_SKIP && last->bytes + step.bytes <= FIXED_BYTES_MAX)
    last->bytes += step.bytes;
  else if (last && last->kind == HD_STEP_COPY && step.kind == HD_STEP_COPY && last->destination + last->bytes == step.destination)
    last->bytes += step.bytes;
  else
    g_array_append_val(steps, step);
}

static gboolean plan_scalar(GArray *steps, const HdType *type, Target target) {
  guint32 bytes = hd_type_fixed_bytes(type);
  if (bytes == 0 || type->big_endian) return FALSE;
  HdStep step = {.kind = HD_STEP_SKIP, .bytes = bytes};
  guint8 wanted_bytes = type->kind == HD_TYPE_INTEGER && bytes <= 8 && (bytes & (bytes - 1)) == 0 ? field_bytes(target.type) : 0;
  if (wanted_bytes) {
    step.kind = wanted_bytes == bytes ? HD_STEP_COPY : HD_STEP_INTEGER;
    step.width_bytes = bytes;
    step.destination_bytes = wanted_bytes;
    step.is_signed = type->is_signed;
    step.destination = target.offset;
  }
  add_step(steps, step);
  return TRUE;
}

static gboolean plan_sequence(GArray *steps, const HdType *length, const HdType *type, Target target) {
  guint32 width_bytes = hd_type_fixed_bytes(length), element_bytes = hd_type_fixed_bytes(type->element);
  if (length->kind != HD_TYPE_INTEGER || length->big_endian ||
      (width_bytes != 1 && width_bytes != 2 && width_bytes != 4 && width_bytes != 8) || element_bytes == 0)
    return FALSE;
  guint32 wanted_bytes = target.type == HD_FIELD_WORDS ? 8 : target.type == HD_FIELD_BYTES ? 1 : 0;
  gboolean wanted = wanted_bytes == element_bytes && type->element->kind == HD_TYPE_INTEGER && !type->element->big_endian;
  add_step(steps, (HdStep){.kind = wanted ? HD_STEP_SEQUENCE : HD_STEP_SEQUENCE_SKIP,
                           .width_bytes = width_bytes,
                           .destination = target.offset,
                           .bytes = element_bytes});
  return TRUE;
}

/* event: whose fields are wanted, -1 for none. */
static gboolean plan_fields(GArray *steps, const HdType *structure, int event) {
  if (structure->kind != HD_TYPE_STRUCT || structure->align_bits > 8) return FALSE;
  for (guint i = 0; i < structure->fields->len; i++) {
    const HdField *field = &g_array_index(structure->fields, HdField, i);
    const HdField *next = i + 1 < structure->fields->len ? field + 1 : NULL;
    Target target = find_target(steps, event, field->name);
    gboolean planned;
    if (next && next->type->kind == HD_TYPE_SEQUENCE && strcmp(next->type->length, field->name) == 0) {
      planned = plan_sequence(steps, field->type, next->type, find_target(steps, event, next->name));
      i++;
    } else if (field->type->kind == HD_TYPE_STRING) {
      add_step(steps, (HdStep){.kind = target.type == HD_FIELD_TEXT ? HD_STEP_TEXT : HD_STEP_TEXT_SKIP, .destination = target.offset});
      planned = TRUE;
    } else if (field->type->kind == HD_TYPE_STRUCT) {
      planned = plan_fields(steps, field->type, -1);
    } else {
      planned = plan_scalar(steps, field->type, target);
    }
    if (!planned) return FALSE;
  }
  return TRUE;
}

/* Where the 16 bytes of emitter, sequence and at_ns are: they must lie together at a fixed place. */
static gboolean find_common(HdPlan *plan) {
  guint32 offset = 0;
  for (guint i = 0; i < plan->step_count; i++) {
    const HdStep *step = &plan->steps[i];
    if (step->kind == HD_STEP_COPY && step->destination == 0 && step->bytes >= 16) {
      plan->common_offset = offset;
      return TRUE;
    }
    if (step->kind == HD_STEP_COPY || step->kind == HD_STEP_SKIP)
      offset += step->bytes;
    else if (step->kind == HD_STEP_INTEGER)
      offset += step->width_bytes;
    else
      return FALSE;
  }
  return FALSE;
}

static void add_missing(HdPlan *plan, GArray *steps, const HdType *structure) {
  const struct hd_event_info *info = &hd_events[plan->event];
  for (guint i = 0; i < info->field_count; i++) {
    if (is_written(steps, info->fields[i].offset)) continue;
    plan->partial = TRUE;
    if (info->fields[i].type == HD_FIELD_TEXT) add_step(steps, (HdStep){.kind = HD_STEP_EMPTY_TEXT, .destination = info->fields[i].offset});
  }
}

static int find_event(const char *name) {
  for (int i = 0; i < HD_EVENT_COUNT; i++)
    if (strcmp(hd_events[i].name, name) == 0) return i;
  return -1;
}

void hd_plan_compile(HdPlan *plan, const HdEventClass *event, const HdType *stream_context) {
  *plan = (HdPlan){.heddle = g_str_has_prefix(event->name, "heddle:"), .event = -1};
  if (plan->heddle) plan->event = find_event(event->name + strlen("heddle:"));
  g_autoptr(GArray) steps = g_array_new(FALSE, TRUE, sizeof(HdStep));
  plan->planned = (!stream_context || plan_fields(steps, stream_context, -1)) &&
                  (!event->context || plan_fields(steps, event->context, -1)) &&
                  (!event->fields || plan_fields(steps, event->fields, plan->event));
  if (plan->event >= 0 && plan->planned) add_missing(plan, steps, event->fields);
  guint64 fixed_bytes = 0;
  gboolean fixed = TRUE;
  for (guint i = 0; i < steps->len; i++) {
    const HdStep *step = &g_array_index(steps, HdStep, i);
    fixed &= step->kind == HD_STEP_COPY || step->kind == HD_STEP_SKIP || step->kind == HD_STEP_INTEGER || step->kind == HD_STEP_EMPTY_TEXT;
    fixed_bytes += step->kind == HD_STEP_INTEGER ? step->width_bytes : step->bytes;
  }
  plan->fixed_bytes = fixed && fixed_bytes <= G_MAXUINT32 ? fixed_bytes : 0;
  plan->step_count = steps->len;
  plan->steps = g_memdup2(steps->data, steps->len * sizeof(HdStep));
  if (plan->event >= 0 && plan->planned && !find_common(plan)) plan->event = -1;
}

void hd_plan_clear(HdPlan *plan) { g_clear_pointer(&plan->steps, g_free); }

static guint64 read_unsigned(const guint8 *here, guint8 width_bytes) {
  guint64 number = 0;
  memcpy(&number, here, width_bytes); /* little-endian into little-endian */
  return number;
}

const guint8 *hd_plan_measure(const HdPlan *plan, const guint8 *here, const guint8 *end, guint32 *element_count) {
  gsize left = end - here;
  if (plan->fixed_bytes) return left >= plan->fixed_bytes ? here + plan->fixed_bytes : NULL;
  for (const HdStep *step = plan->steps; step < plan->steps + plan->step_count; step++) {
    gsize bytes = 0;
    switch ((HdStepKind)step->kind) {
    case HD_STEP_COPY:
    case HD_STEP_SKIP:
      bytes = step->bytes;
      break;
    case HD_STEP_INTEGER:
      bytes = step->width_bytes;
      break;
    case HD_STEP_TEXT:
    case HD_STEP_TEXT_SKIP: {
      const guint8 *zero = memchr(here, 0, left);
      if (!zero) return NULL;
      bytes = zero - here + 1;
      break;
    }
    case HD_STEP_SEQUENCE:
    case HD_STEP_SEQUENCE_SKIP: {
      if (left < step->width_bytes) return NULL;
      guint64 count = read_unsigned(here, step->width_bytes);
      if (count > (left - step->width_bytes) / step->bytes || count > G_MAXUINT32) return NULL;
      bytes = step->width_bytes + count * step->bytes;
      *element_count = count;
      break;
    }
    case HD_STEP_EMPTY_TEXT:
      break;
    }
    if (bytes > left) return NULL;
    here += bytes;
    left -= bytes;
  }
  return here;
}

static void store_integer(const HdStep *step, const guint8 *here, char *destination) {
  guint64 number = read_unsigned(here, step->width_bytes);
  guint shift = 64 - 8 * step->width_bytes;
  if (step->is_signed) number = (guint64)((gint64)(number << shift) >> shift);
  memcpy(destination, &number, step->destination_bytes);
}

void hd_plan_read(const HdPlan *plan, const guint8 *here, HdEvent *event) {
  char *structure = (char *)&event->common;
  event->id = plan->event;
  if (plan->partial) memset(structure, 0, hd_events[plan->event].struct_bytes);
  for (const HdStep *step = plan->steps; step < plan->steps + plan->step_count; step++) {
    char *destination = structure + step->destination;
    switch ((HdStepKind)step->kind) {
    case HD_STEP_COPY:
      memcpy(destination, here, step->bytes);
      here += step->bytes;
      break;
    case HD_STEP_INTEGER:
      store_integer(step, here, destination);
      here += step->width_bytes;
      break;
    case HD_STEP_SKIP:
      here += step->bytes;
      break;
    case HD_STEP_TEXT:
      memcpy(destination, &here, sizeof here);
      here += strlen((const char *)here) + 1;
      break;
    case HD_STEP_TEXT_SKIP:
      here += strlen((const char *)here) + 1;
      break;
    case HD_STEP_SEQUENCE:
    case HD_STEP_SEQUENCE_SKIP: {
      guint32 count = read_unsigned(here, step->width_bytes);
      here += step->width_bytes;
      if (step->kind == HD_STEP_SEQUENCE) {
        memcpy(destination, &here, sizeof here);
        memcpy(destination + sizeof here, &count, sizeof count);
      }
      here += (gsize)count * step->bytes;
      break;
    }
    case HD_STEP_EMPTY_TEXT: {
      const char *empty = "";
      memcpy(destination, &empty, sizeof empty);
      break;
    }
    }
  }
}
