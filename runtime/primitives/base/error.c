#include <heddle/error.h>

const char *hd_error_name(int error) {
  switch (error) {
  case HD_OK:
    return "HD_OK";
#define CASE(name, code, sentence)                                                                                                         \
  case code:                                                                                                                               \
    return "HD_ERROR_" #name;
    HD_ERRORS(CASE)
#undef CASE
  default:
    return "HD_ERROR_UNKNOWN";
  }
}

const char *hd_error_text(int error) {
  switch (error) {
  case HD_OK:
    return "no error";
#define CASE(name, code, sentence)                                                                                                         \
  case code:                                                                                                                               \
    return sentence;
    HD_ERRORS(CASE)
#undef CASE
  default:
    return "unknown error";
  }
}
