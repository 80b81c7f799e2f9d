/* What a misuse got: a code of the runtime (its header's table, which is all that is used of it) or an errno. */
#include "model.h"
#include <heddle/error.h>
#include <string.h>

const char *hd_model_error_name(gint32 error) {
  switch (error) {
#define CASE(name, code, sentence)                                                                                                         \
  case code:                                                                                                                               \
    return "HD_ERROR_" #name;
    HD_ERRORS(CASE)
#undef CASE
  default: {
    const char *name = error > 0 ? strerrorname_np(error) : NULL;
    return name ? name : "an unknown error";
  }
  }
}

const char *hd_model_error_text(gint32 error) {
  switch (error) {
#define CASE(name, code, sentence)                                                                                                         \
  case code:                                                                                                                               \
    return sentence;
    HD_ERRORS(CASE)
#undef CASE
  default:
    return error > 0 && strerrorname_np(error) ? g_strerror(error) : "of a newer version, perhaps";
  }
}
