/* Addresses to functions and lines with elfutils: DWARF where there is some, else the symbol table. */
#include "symbols.h"
#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define INLINED_MAX 32
#define UNSIZED_MAX_BYTES 1024 /* of a function that is written in assembler */

/* By build id only: the other ways of elfutils may go to the network. */
static char *debug_path;
static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_build_id_find_debuginfo,
    .section_address = dwfl_offline_section_address,
    .debuginfo_path = &debug_path,
};

static gboolean same_build_id(const char *path, GBytes *wanted) {
  gsize wanted_length;
  gconstpointer wanted_bytes = g_bytes_get_data(wanted, &wanted_length);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return FALSE;
  elf_version(EV_CURRENT);
  Elf *elf = elf_begin(descriptor, ELF_C_READ_MMAP, NULL);
  const void *bytes = NULL;
  ssize_t length = elf && elf_kind(elf) == ELF_K_ELF ? dwelf_elf_gnu_build_id(elf, &bytes) : -1;
  gboolean same = length >= 0 && (wanted_length == 0 || ((gsize)length == wanted_length && memcmp(bytes, wanted_bytes, length) == 0));
  if (elf) elf_end(elf);
  close(descriptor);
  return same;
}

/* The module's file, or, when it is gone or another, its separate debug file. NULL: neither is there. */
static char *find_file(const HdSymbolModule *module, const char *directory, HdResolveResult *result) {
  g_autofree char *path =
      g_path_is_absolute(module->path) || !directory ? g_strdup(module->path) : g_build_filename(directory, module->path, NULL);
  if (same_build_id(path, module->build_id)) return g_steal_pointer(&path);
  *result = g_file_test(path, G_FILE_TEST_EXISTS) ? HD_RESOLVE_CHANGED : HD_RESOLVE_MISSING;
  gsize length;
  const guint8 *bytes = g_bytes_get_data(module->build_id, &length);
  if (length < 2) return NULL;
  g_autoptr(GString) debug = g_string_new("/usr/lib/debug/.build-id/");
  for (gsize i = 0; i < length; i++) g_string_append_printf(debug, i == 1 ? "/%02x" : "%02x", bytes[i]);
  g_string_append(debug, ".debug");
  return same_build_id(debug->str, module->build_id) ? g_strdup(debug->str) : NULL;
}

/* libstdc++ knows C++'s names; without it they stay as they are. */
static char *demangle(const char *name) {
  typedef char *Demangle(const char *, char *, size_t *, int *);
  static Demangle *function;
  static gsize looked_up;
  if (!name || !g_str_has_prefix(name, "_Z")) return g_strdup(name);
  if (g_once_init_enter(&looked_up)) {
    void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
    if (library) function = (Demangle *)dlsym(library, "__cxa_demangle");
    g_once_init_leave(&looked_up, 1);
  }
  int status = -1;
  char *plain = function ? function(name, NULL, NULL, &status) : NULL;
  char *result = g_strdup(status == 0 && plain ? plain : name);
  free(plain);
  return result;
}

static const char *die_name(Dwarf_Die *die) {
  Dwarf_Attribute attribute;
  const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute));
  if (!name) name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
  return name ? name : dwarf_diename(die);
}

static gboolean is_function(Dwarf_Die *die) {
  int tag = dwarf_tag(die);
  return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_entry_point;
}

static char *whole_path(const char *file, const char *directory) {
  if (!file) return NULL;
  return g_path_is_absolute(file) || !directory ? g_strdup(file) : g_build_filename(directory, file, NULL);
}

static char *call_file(Dwarf_Die *unit, Dwarf_Die *inlined) {
  Dwarf_Attribute attribute;
  Dwarf_Files *files;
  Dwarf_Word index;
  size_t count;
  if (dwarf_getsrcfiles(unit, &files, &count) != 0 || dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &index) != 0 ||
      index >= count)
    return NULL;
  const char *directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
  return whole_path(dwarf_filesrc(files, index, NULL, NULL), directory);
}

/* The chain of functions around an address, innermost first; NULL without DWARF. The lines: of the address, then of the calls. */
static HdLogSymbol *functions_around(Dwfl_Module *module, Dwarf_Addr address) {
  Dwarf_Addr bias;
  Dwarf_Die *unit = dwfl_module_addrdie(module, address, &bias), *scopes = NULL, *outer = NULL;
  int count = unit ? dwarf_getscopes(unit, address - bias, &scopes) : 0, outer_count = 0;
  for (int i = 0; i < count; i++)
    if (is_function(&scopes[i])) {
      outer_count = dwarf_getscopes_die(&scopes[i], &outer);
      break;
    }
  HdLogSymbol *first = NULL, **next = &first;
  char *file = NULL;
  guint32 line = 0, depth = 0;
  for (int i = 0; i < outer_count && depth < INLINED_MAX; i++) {
    if (!is_function(&outer[i])) continue;
    HdLogSymbol *symbol = g_new0(HdLogSymbol, 1);
    symbol->function = demangle(die_name(&outer[i]));
    symbol->file = g_steal_pointer(&file);
    symbol->line = line;
    *next = symbol;
    next = &symbol->next;
    depth++;
    if (dwarf_tag(&outer[i]) != DW_TAG_inlined_subroutine) break;
    Dwarf_Attribute attribute;
    Dwarf_Word call_line = 0;
    dwarf_formudata(dwarf_attr(&outer[i], DW_AT_call_line, &attribute), &call_line);
    file = call_file(unit, &outer[i]);
    line = call_line;
  }
  g_free(file);
  free(scopes);
  free(outer);
  return first;
}

static HdLogSymbol *resolve(Dwfl_Module *module, Dwarf_Addr address) {
  HdLogSymbol *symbol = functions_around(module, address);
  GElf_Off distance;
  GElf_Sym entry;
  const char *name = symbol ? NULL : dwfl_module_addrinfo(module, address, &distance, &entry, NULL, NULL, NULL);
  Dwfl_Line *line = dwfl_module_getsrc(module, address);
  if (name && distance >= (entry.st_size ? entry.st_size : UNSIZED_MAX_BYTES)) name = NULL; /* the nearest symbol, but not around it */
  if (!symbol && !name && !line) return NULL;
  if (!symbol) symbol = g_new0(HdLogSymbol, 1);
  if (name) symbol->function = demangle(name);
  int number = 0;
  const char *file = line ? dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;
  if (file) {
    symbol->file = whole_path(file, dwfl_line_comp_dir(line));
    symbol->line = MAX(number, 0);
  }
  return symbol;
}

static void resolve_addresses(const HdSymbolModule *module, Dwfl_Module *file, GHashTable *symbols) {
  GHashTableIter iterator;
  gpointer key, is_return;
  g_hash_table_iter_init(&iterator, module->addresses);
  while (g_hash_table_iter_next(&iterator, &key, &is_return)) {
    guint64 offset = *(guint64 *)key, place = (guint64)module->number << HD_FRAME_OFFSET_BITS | offset;
    HdLogSymbol *symbol = offset ? resolve(file, GPOINTER_TO_INT(is_return) ? offset - 1 : offset) : NULL;
    if (symbol) g_hash_table_insert(symbols, g_memdup2(&place, sizeof place), symbol);
  }
}

/* A variable's name as the program wrote it: compilers number static variables of functions ("lock.0"). */
static char *variable_name(const char *symbol) {
  char *name = demangle(symbol);
  char *dot = strrchr(name, '.');
  if (dot && dot > name && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1)) *dot = 0;
  return name;
}

/* The variables in which an object lies. */
static void resolve_variables(const HdSymbolModule *module, Dwfl_Module *file, GArray *variables) {
  const guint64 *objects = (const guint64 *)module->objects->data;
  int count = module->objects->len ? dwfl_module_getsymtab(file) : 0;
  for (int i = 0; i < count; i++) {
    GElf_Sym symbol;
    GElf_Addr address;
    const char *name = dwfl_module_getsym_info(file, i, &symbol, &address, NULL, NULL, NULL);
    if (!name || !*name || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || symbol.st_size == 0) continue;
    guint low = 0, high = module->objects->len;
    while (low < high) {
      guint middle = (low + high) / 2;
      if (objects[middle] < address)
        low = middle + 1;
      else
        high = middle;
    }
    if (low == module->objects->len || objects[low] - address >= symbol.st_size) continue;
    HdLogVariable variable = {.module = module->number, .offset = address, .bytes = symbol.st_size, .name = variable_name(name)};
    g_array_append_val(variables, variable);
  }
}

/* A file that was looked for. */
typedef struct {
  HdResolveResult result;
  Dwfl *dwfl; /* NULL: not found */
  Dwfl_Module *file;
} Opened;

struct HdResolver {
  char *directory;
  GHashTable *opened; /* "path build-id" -> Opened */
};

static void opened_free(gpointer data) {
  Opened *opened = data;
  if (opened->dwfl) dwfl_end(opened->dwfl);
  g_free(opened);
}

HdResolver *hd_resolver_new(const char *directory) {
  HdResolver *resolver = g_new0(HdResolver, 1);
  resolver->directory = g_strdup(directory);
  resolver->opened = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, opened_free);
  return resolver;
}

void hd_resolver_free(HdResolver *resolver) {
  g_hash_table_unref(resolver->opened);
  g_free(resolver->directory);
  g_free(resolver);
}

static void open_file(const HdResolver *resolver, const HdSymbolModule *module, Opened *opened) {
  g_autofree char *path = find_file(module, resolver->directory, &opened->result);
  if (!path) return;
  opened->result = HD_RESOLVED;
  opened->dwfl = dwfl_begin(&callbacks);
  if (opened->dwfl) {
    opened->file = dwfl_report_elf(opened->dwfl, path, path, -1, 0, TRUE);
    dwfl_report_end(opened->dwfl, NULL, NULL);
  }
  if (!opened->file) opened->result = HD_RESOLVE_CHANGED;
}

static const Opened *find_opened(HdResolver *resolver, const HdSymbolModule *module) {
  gsize length;
  const guint8 *bytes = g_bytes_get_data(module->build_id, &length);
  g_autoptr(GString) key = g_string_new(module->path);
  g_string_append_c(key, ' ');
  for (gsize i = 0; i < length; i++) g_string_append_printf(key, "%02x", bytes[i]);
  Opened *opened = g_hash_table_lookup(resolver->opened, key->str);
  if (opened) return opened;
  opened = g_new0(Opened, 1);
  open_file(resolver, module, opened);
  g_hash_table_insert(resolver->opened, g_strdup(key->str), opened);
  return opened;
}

HdResolveResult hd_symbols_resolve(HdResolver *resolver, const HdSymbolModule *module, GHashTable *symbols, GArray *variables) {
  const Opened *opened = find_opened(resolver, module);
  if (!opened->file) return opened->result;
  resolve_addresses(module, opened->file, symbols);
  resolve_variables(module, opened->file, variables);
  return HD_RESOLVED;
}
