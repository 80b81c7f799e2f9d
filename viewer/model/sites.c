/* Code sites, modules, stacks: defined by number in the trace, by index in the model. */
#include "builder.h"
#include <string.h>

#define SYMBOL_CHAIN_MAX 64 /* inlined callers; a longer chain is damage */
#define CALLERS_MAX 3       /* that a site names */

static void site_set(HdBuilder *builder, guint32 number, HdSite site) {
  if (hd_site_index(builder, number) != HD_NONE) return;
  guint32 index = builder->sites.count;
  *hd_vector_add(&builder->sites) = site;
  if (number < 1u << HD_BATCH_SITE_BITS)
    builder->small_sites[number] = index;
  else
    hd_number_set(builder->large_sites, number, index);
}

guint32 hd_site_index(const HdBuilder *builder, guint32 number) {
  if (number < 1u << HD_BATCH_SITE_BITS) return builder->small_sites[number];
  return hd_number_find(builder->large_sites, number);
}

guint32 hd_stack_index(const HdBuilder *builder, guint32 number) {
  return number ? hd_number_find(builder->stack_numbers, number) : HD_NONE;
}

static enum hd_operation valid_operation(guint16 operation) { return operation < HD_OPERATION_COUNT ? operation : HD_OPERATION_NONE; }

/* A site's module is its number until the sites are built: definitions may come in any order. */
void hd_define_code_site(HdBuilder *builder, const struct hd_event_code_site *event) {
  if (!event->site) return;
  site_set(
      builder, event->site,
      (HdSite){.number = event->site, .operation = valid_operation(event->operation), .module = event->module, .offset = event->offset});
}

void hd_define_source_site(HdBuilder *builder, const struct hd_event_source_site *event) {
  if (!event->site) return;
  site_set(builder, event->site,
           (HdSite){.number = event->site,
                    .operation = valid_operation(event->operation),
                    .line = event->line,
                    .file = hd_builder_text(builder, event->file),
                    .function = hd_builder_text(builder, event->function)});
}

void hd_define_module(HdBuilder *builder, const struct hd_event_module *event) {
  if (!event->module || hd_number_find(builder->module_numbers, event->module) != HD_NONE) return;
  hd_number_set(builder->module_numbers, event->module, builder->modules.count);
  *hd_vector_add(&builder->mappings) = (HdMapping){.begin = event->begin, .end = event->end, .emitter = event->emitter};
  const char *path = hd_builder_text(builder, event->path);
  *hd_vector_add(&builder->modules) =
      (HdModule){.number = event->module, .path = path ? path : "", .base = event->base, .process = HD_NONE};
}

void hd_define_stack(HdBuilder *builder, const struct hd_event_stack *event) {
  if (!event->stack || hd_stack_index(builder, event->stack) != HD_NONE) return;
  hd_number_set(builder->stack_numbers, event->stack, builder->stacks.count);
  HdStack *stack = hd_vector_add(&builder->stacks);
  *stack = (HdStack){.first = builder->frames.count, .count = 0};
  for (guint32 i = 0; i < event->frames_count; i++) {
    guint64 key = hd_log_word(event->frames, i), offset = key & ((1ull << HD_FRAME_OFFSET_BITS) - 1);
    guint32 module = key >> HD_FRAME_OFFSET_BITS;
    const HdLogSymbol *symbol = builder->log->symbols ? g_hash_table_lookup(builder->log->symbols, &key) : NULL;
    guint depth = 0;
    do {
      HdFrame *frame = hd_vector_add(&builder->frames);
      *frame = (HdFrame){.module = module, .offset = offset};
      stack->count++;
      if (!symbol) break;
      frame->function = hd_builder_text(builder, symbol->function);
      frame->file = hd_builder_text(builder, symbol->file);
      frame->line = symbol->line;
      symbol = symbol->next;
    } while (symbol && ++depth < SYMBOL_CHAIN_MAX);
  }
}

static guint32 module_of_number(HdBuilder *builder, guint32 number, gboolean named) {
  guint32 index = number ? hd_number_find(builder->module_numbers, number) : HD_NONE;
  if (index != HD_NONE && named) builder->modules.items[index].symbols = TRUE;
  return index;
}

/* A header of the system or of the compiler: std::mutex::lock says nothing about the program. */
static gboolean is_system_header(const char *file) {
  return file && (g_str_has_prefix(file, "/usr/include/") || g_str_has_prefix(file, "/usr/lib/") || strstr(file, "/include/c++/"));
}

/* Which of an address's functions a site is shown at: the first of the program's own outside wrappers, else the innermost. A start
 * routine is the function around, whatever was inlined into its beginning. */
static const HdLogSymbol *symbol_of_site(HdBuilder *builder, const HdSite *site, const HdLogSymbol *innermost) {
  const HdLogSymbol *symbol = innermost;
  guint depth = 0;
  if (site->operation == HD_OPERATION_THREAD_ROUTINE) {
    while (symbol->next && depth++ < SYMBOL_CHAIN_MAX) symbol = symbol->next;
    return symbol;
  }
  for (; symbol && depth < SYMBOL_CHAIN_MAX; symbol = symbol->next, depth++)
    if (!is_system_header(symbol->file) && !hd_is_wrapper(builder, hd_builder_text(builder, symbol->function))) return symbol;
  return innermost;
}

static const char *callers_of(HdBuilder *builder, const HdLogSymbol *symbol) {
  g_autoptr(GString) callers = g_string_new(NULL);
  guint count = 0;
  for (symbol = symbol->next; symbol && count < CALLERS_MAX; symbol = symbol->next) {
    if (!symbol->function) continue;
    g_string_append_printf(callers, "%s%s", count++ ? ", " : "", symbol->function);
  }
  return hd_builder_text(builder, callers->str);
}

void hd_build_sites(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->sites.count; i++) {
    HdSite *site = &builder->sites.items[i];
    guint64 key = (guint64)site->module << HD_FRAME_OFFSET_BITS | site->offset;
    const HdLogSymbol *symbol = site->module && builder->log->symbols ? g_hash_table_lookup(builder->log->symbols, &key) : NULL;
    if (symbol) {
      symbol = symbol_of_site(builder, site, symbol);
      site->function = hd_builder_text(builder, symbol->function);
      site->file = hd_builder_text(builder, symbol->file);
      site->line = symbol->line;
      site->callers = callers_of(builder, symbol);
    }
    site->module = module_of_number(builder, site->module, symbol && symbol->function);
  }
  for (guint32 i = 0; i < builder->frames.count; i++) {
    HdFrame *frame = &builder->frames.items[i];
    frame->module = module_of_number(builder, frame->module, frame->function != NULL);
  }
}

guint32 hd_reacquire_site(HdBuilder *builder, guint32 site) {
  if (site >= builder->sites.count) return HD_NONE;
  guint32 reacquire = hd_number_find(builder->reacquire_sites, site);
  if (reacquire != HD_NONE) return reacquire;
  reacquire = builder->sites.count;
  hd_number_set(builder->reacquire_sites, site, reacquire);
  HdSite copy = builder->sites.items[site];
  copy.operation = HD_OPERATION_CONDITION_REACQUIRE;
  *hd_vector_add(&builder->sites) = copy;
  return reacquire;
}
