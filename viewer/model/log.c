#include "log.h"

HdLogInfo *hd_log_info_new(void) {
  HdLogInfo *info = g_new0(HdLogInfo, 1);
  info->actors_known = TRUE;
  info->notes = g_ptr_array_new_with_free_func(g_free);
  info->outlived = g_array_new(FALSE, FALSE, sizeof(guint32));
  return info;
}

void hd_log_info_free(HdLogInfo *info) {
  if (!info) return;
  g_free(info->path);
  g_free(info->program);
  g_strfreev(info->arguments);
  g_free(info->host);
  g_free(info->directory);
  g_free(info->seed);
  g_free(info->gil);
  g_free(info->version);
  g_free(info->schedule_reason);
  g_clear_pointer(&info->notes, g_ptr_array_unref);
  g_clear_pointer(&info->outlived, g_array_unref);
  g_free(info);
}

static void symbol_free(gpointer symbol_pointer) {
  for (HdLogSymbol *symbol = symbol_pointer, *next; symbol; symbol = next) {
    next = symbol->next;
    g_free(symbol->function);
    g_free(symbol->file);
    g_free(symbol);
  }
}

GHashTable *hd_log_symbols_new(void) { return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, symbol_free); }

static void variable_clear(gpointer variable) { g_free(((HdLogVariable *)variable)->name); }

GArray *hd_log_variables_new(void) {
  GArray *variables = g_array_new(FALSE, TRUE, sizeof(HdLogVariable));
  g_array_set_clear_func(variables, variable_clear);
  return variables;
}

void hd_log_free(HdLog *log) {
  if (!log) return;
  hd_log_info_free(log->info);
  g_free(log->emitters);
  g_free(log->switches);
  if (log->source_free) log->source_free(log->source);
  g_clear_pointer(&log->wrapper, g_regex_unref);
  g_clear_pointer(&log->symbols, g_hash_table_unref);
  g_clear_pointer(&log->variables, g_array_unref);
  g_free(log);
}
