/* Addresses of this very program, resolved from its file: inlined calls, static variables, stripped, changed and missing files. */
#include "golden.h"
#include "symbols.h"
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static guint64 return_address;
static guint64 sample_table[4];

static __attribute__((noinline)) void capture(void) {
  return_address = (guintptr)__builtin_return_address(0);
  __asm__ volatile("" ::: "memory");
}

static inline __attribute__((always_inline)) void sample_inner(void) {
  capture(); /* the line that must be found */
  sample_table[1]++;
}
enum { INNER_LINE = __LINE__ - 3 };

static __attribute__((noinline)) void sample_outer(void) {
  sample_inner();
  __asm__ volatile("" ::: "memory");
}
enum { OUTER_LINE = __LINE__ - 3 };

static int find_program(struct dl_phdr_info *info, size_t size, void *data) {
  *(guint64 *)data = info->dlpi_addr;
  return 1; /* the first is the program */
}

typedef struct {
  HdSymbolModule module;
  guint64 place, variable;
  GHashTable *symbols;
  GArray *variables;
} Sample;

static void sample_begin(Sample *sample) {
  guint64 base = 0;
  sample_outer();
  dl_iterate_phdr(find_program, &base);
  *sample = (Sample){.module = {.number = 1, .base = base, .build_id = g_bytes_new(NULL, 0)}};
  sample->module.path = g_file_read_link("/proc/self/exe", NULL);
  sample->module.addresses = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  sample->module.objects = g_array_new(FALSE, FALSE, sizeof(guint64));
  guint64 offset = return_address - base, object = (guintptr)&sample_table[2] - base;
  sample->place = G_GUINT64_CONSTANT(1) << HD_FRAME_OFFSET_BITS | offset;
  sample->variable = (guintptr)sample_table - base;
  g_hash_table_insert(sample->module.addresses, g_memdup2(&offset, sizeof offset), GINT_TO_POINTER(TRUE));
  g_array_append_val(sample->module.objects, object);
  sample->symbols = hd_log_symbols_new();
  sample->variables = hd_log_variables_new();
}

static void sample_end(Sample *sample) {
  g_free(sample->module.path);
  g_bytes_unref(sample->module.build_id);
  g_hash_table_unref(sample->module.addresses);
  g_array_unref(sample->module.objects);
  g_hash_table_unref(sample->symbols);
  g_array_unref(sample->variables);
}

static HdResolveResult resolve(Sample *sample) {
  HdResolver *resolver = hd_resolver_new(NULL);
  HdResolveResult result = hd_symbols_resolve(resolver, &sample->module, sample->symbols, sample->variables);
  hd_resolver_free(resolver);
  return result;
}

static void test_lines(void) {
  Sample sample;
  sample_begin(&sample);
  g_assert_cmpint(resolve(&sample), ==, HD_RESOLVED);
  const HdLogSymbol *symbol = g_hash_table_lookup(sample.symbols, &sample.place);
  g_assert_nonnull(symbol);
  g_assert_cmpstr(symbol->function, ==, "sample_inner");
  g_assert_true(g_str_has_suffix(symbol->file, "test-symbols.c"));
  g_assert_cmpuint(symbol->line, ==, INNER_LINE);
  symbol = symbol->next;
  g_assert_nonnull(symbol);
  g_assert_cmpstr(symbol->function, ==, "sample_outer");
  g_assert_cmpuint(symbol->line, ==, OUTER_LINE);
  g_assert_null(symbol->next);
  g_assert_cmpuint(sample.variables->len, ==, 1);
  const HdLogVariable *variable = &g_array_index(sample.variables, HdLogVariable, 0);
  g_assert_cmpstr(variable->name, ==, "sample_table");
  g_assert_cmpuint(variable->offset, ==, sample.variable);
  g_assert_cmpuint(variable->bytes, ==, sizeof sample_table);
  sample_end(&sample);
}

static void test_stripped(gconstpointer option) {
  char *folder = scratch_new();
  g_autofree char *stripped = g_build_filename(folder, "stripped", NULL);
  Sample sample;
  sample_begin(&sample);
  char *arguments[] = {"strip", (char *)option, "-o", stripped, sample.module.path, NULL};
  int status;
  g_assert_true(g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint(status, ==, 0);
  g_free(sample.module.path);
  sample.module.path = g_strdup(stripped);
  g_assert_cmpint(resolve(&sample), ==, HD_RESOLVED);
  const HdLogSymbol *symbol = g_hash_table_lookup(sample.symbols, &sample.place);
  if (strcmp(option, "--strip-debug") == 0) { /* the symbol table remains: the function, no line */
    g_assert_cmpstr(symbol->function, ==, "sample_outer");
    g_assert_null(symbol->file);
    g_assert_cmpuint(sample.variables->len, ==, 1);
  } else { /* rather no name than the nearest one's */
    g_assert_true(symbol == NULL || symbol->function == NULL);
    g_assert_cmpuint(sample.variables->len, ==, 0);
  }
  sample_end(&sample);
  scratch_remove(folder);
}

static void test_absent(void) {
  Sample sample;
  sample_begin(&sample);
  g_bytes_unref(sample.module.build_id);
  sample.module.build_id = g_bytes_new("another build", 13);
  g_assert_cmpint(resolve(&sample), ==, HD_RESOLVE_CHANGED);
  g_free(sample.module.path);
  sample.module.path = g_strdup("/nowhere/program");
  g_assert_cmpint(resolve(&sample), ==, HD_RESOLVE_MISSING);
  g_assert_cmpuint(g_hash_table_size(sample.symbols), ==, 0);
  sample_end(&sample);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/symbols/lines", test_lines);
  g_test_add_data_func("/symbols/strip-debug", "--strip-debug", test_stripped);
  g_test_add_data_func("/symbols/strip-all", "--strip-all", test_stripped);
  g_test_add_func("/symbols/absent", test_absent);
  return g_test_run();
}
