#include "damage.h"
#include "golden.h"
#include <stdio.h>
#include <string.h>

typedef enum { TRUNCATE, FLIP_ONE, FLIP_MANY, ZERO_RANGE, NOISE_RANGE, DROP_RANGE, MUTATION_COUNT } Mutation;

static void mutate(GRand *random, guint8 *bytes, gsize *length, Mutation mutation) {
  if (*length == 0) return;
  gsize begin = g_rand_int_range(random, 0, *length), range = g_rand_int_range(random, 1, 5000);
  range = MIN(range, *length - begin);
  guint flips = mutation == FLIP_MANY ? 64 : 1;
  switch (mutation) {
  case TRUNCATE:
    *length = begin;
    break;
  case FLIP_ONE:
  case FLIP_MANY:
    for (guint i = 0; i < flips; i++) bytes[g_rand_int_range(random, 0, *length)] ^= 1 << g_rand_int_range(random, 0, 8);
    break;
  case ZERO_RANGE:
    memset(bytes + begin, 0, range);
    break;
  case NOISE_RANGE:
    for (gsize i = 0; i < range; i++) bytes[begin + i] = g_rand_int(random);
    break;
  default:
    memmove(bytes + begin, bytes + begin + range, *length - begin - range);
    *length -= range;
    break;
  }
}

char *damage(const char *folder, guint32 seed) {
  GRand *random = g_rand_new_with_seed(seed);
  g_autoptr(GPtrArray) files = files_below(folder);
  const char *path = files->pdata[seed % files->len];
  Mutation mutation = seed / files->len % (MUTATION_COUNT + 1);
  g_autofree char *content = NULL;
  gsize length = 0;
  char *what = g_strdup_printf("seed %u, mutation %d of %s", seed, mutation, path + strlen(folder));
  g_assert_true(g_file_get_contents(path, &content, &length, NULL));
  if (mutation == MUTATION_COUNT) {
    g_assert_cmpint(remove(path), ==, 0);
  } else {
    mutate(random, (guint8 *)content, &length, mutation);
    g_assert_true(g_file_set_contents_full(path, content, length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  }
  g_rand_free(random);
  return what;
}

guint32 damage_first_seed(void) {
  const char *text = g_getenv("HEDDLE_SEED");
  return text ? g_ascii_strtoull(text, NULL, 10) : 0;
}
