/* A line of the program's source, told by the program itself: a traced call carries it, so that the recording says where. */
#ifndef HEDDLE_SOURCE_H
#define HEDDLE_SOURCE_H
#include <stdint.h>

/* Must have static storage: it is known by its address. */
struct hd_source {
  const char *file;
  const char *function;
  uint32_t line;
};

/* The line it stands in. An expression; only inside a function. */
#define HD_HERE                                                                                                                            \
  __extension__({                                                                                                                          \
    static const struct hd_source hd_here = {__FILE__, __func__, __LINE__};                                                                \
    &hd_here;                                                                                                                              \
  })

#endif
