/* What the sanitizers must be told of stacks and switches. The functions are weak: they are there when the program is built with the
 * sanitizer, whether or not the runtime is. */
#ifndef HEDDLE_SANITIZER_H
#define HEDDLE_SANITIZER_H
#include <stddef.h>

#define HD_WEAK __attribute__((weak))
HD_WEAK void __sanitizer_start_switch_fiber(void **fake_stack, const void *bottom, size_t bytes);
HD_WEAK void __sanitizer_finish_switch_fiber(void *fake_stack, const void **bottom, size_t *bytes);
HD_WEAK void __asan_unpoison_memory_region(const volatile void *address, size_t bytes);
HD_WEAK void __lsan_register_root_region(const void *address, size_t bytes);
HD_WEAK void __lsan_unregister_root_region(const void *address, size_t bytes);
HD_WEAK void *__tsan_get_current_fiber(void);
HD_WEAK void *__tsan_create_fiber(unsigned flags);
HD_WEAK void __tsan_destroy_fiber(void *fiber);
HD_WEAK void __tsan_switch_to_fiber(void *fiber, unsigned flags);

#endif
