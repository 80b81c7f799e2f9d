#include "check.h"
#include <string.h>

int main(void) {
#define EACH(name, code, sentence)                                                                                                         \
  CHECK(HD_ERROR_##name < 0);                                                                                                              \
  CHECK(strcmp(hd_error_name(HD_ERROR_##name), "HD_ERROR_" #name) == 0);                                                                   \
  CHECK(strcmp(hd_error_text(code), sentence) == 0);
  HD_ERRORS(EACH)
#undef EACH
  CHECK(strcmp(hd_error_name(HD_OK), "HD_OK") == 0);
  CHECK(strcmp(hd_error_name(-1), "HD_ERROR_UNKNOWN") == 0);
  CHECK(strcmp(hd_error_text(12345), "unknown error") == 0);
  return 0;
}
