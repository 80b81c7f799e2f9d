/* The executables and libraries of the process, told when the first address of one is met. No loader's lock is taken: the
 * C library's lock-free look-up (_dl_find_object) is asked. */
#include "self.h"
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#define MODULE_CAPACITY 1024u

struct module {
  uint64_t begin, end, base;
  uint32_t number;
  bool own;
};
static struct module modules[MODULE_CAPACITY];
static uint32_t module_count;
static volatile char module_lock; /* only tried, never waited for */

/* Whether the file is one of Heddle's: their frames are no news. */
static bool is_own(const char *path) {
  const char *name = strrchr(path, '/');
  return strncmp(name ? name + 1 : path, "libheddle", 9) == 0;
}

/* The GNU build id in the notes of a mapped file; 0 bytes when it has none. */
static uint32_t build_id(const struct dl_find_object *object, const uint8_t **bytes) {
  const ElfW(Ehdr) *header = object->dlfo_map_start;
  if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_phoff != sizeof *header) return 0;
  const ElfW(Phdr) *segment = (const void *)((const uint8_t *)header + header->e_phoff);
  for (int i = 0; i < header->e_phnum && i < 40; i++, segment++) {
    if (segment->p_type != PT_NOTE) continue;
    const uint8_t *note = (const uint8_t *)object->dlfo_link_map->l_addr + segment->p_vaddr, *end = note + segment->p_memsz;
    while (note + sizeof(ElfW(Nhdr)) <= end) {
      const ElfW(Nhdr) *head = (const void *)note;
      const uint8_t *name = note + sizeof *head, *content = name + (head->n_namesz + 3) / 4 * 4;
      if (head->n_type == NT_GNU_BUILD_ID && head->n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
        *bytes = content;
        return head->n_descsz;
      }
      note = content + (head->n_descsz + 3) / 4 * 4;
    }
  }
  return 0;
}

static const struct module *learn(struct hd_emit *self, uint64_t address, struct module *module) {
  struct dl_find_object object;
  if (_dl_find_object((void *)address, &object) != 0) return NULL;
  char path[4096];
  const char *name = object.dlfo_link_map->l_name;
  if (!name || !*name) { /* the program itself */
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    name = path;
  }
  *module = (struct module){.begin = (uintptr_t)object.dlfo_map_start,
                            .end = (uintptr_t)object.dlfo_map_end,
                            .base = object.dlfo_link_map->l_addr,
                            .number = hd_control_count(&hd_process.header->next_module),
                            .own = is_own(name)};
  struct hd_event_module event = {.module = module->number, .base = module->base, .begin = module->begin, .end = module->end, .path = name};
  event.build_id_count = build_id(&object, &event.build_id);
  HD_SEND(self, module, event, hd_emit_now());
  /* Kept for the next time if nobody else is just adding; then it will be told twice, under two numbers. */
  if (!__atomic_test_and_set(&module_lock, __ATOMIC_ACQUIRE)) {
    if (module_count < MODULE_CAPACITY) {
      modules[module_count] = *module;
      __atomic_store_n(&module_count, module_count + 1, __ATOMIC_RELEASE);
    }
    __atomic_clear(&module_lock, __ATOMIC_RELEASE);
  }
  return module;
}

uint32_t hd_module_of(struct hd_emit *self, uint64_t address, uint64_t *offset, bool *own) {
  uint32_t count = __atomic_load_n(&module_count, __ATOMIC_ACQUIRE);
  struct module fresh;
  const struct module *module = NULL;
  for (uint32_t i = 0; i < count && !module; i++)
    if (address >= modules[i].begin && address < modules[i].end) module = &modules[i];
  if (!module) module = learn(self, address, &fresh);
  *offset = module ? address - module->base : address;
  *own = module && module->own;
  return module ? module->number : 0;
}

/* After a fork nobody can be adding. */
void hd_modules_reset(void) { __atomic_clear(&module_lock, __ATOMIC_RELEASE); }
