/* Linked to another test: the interpreter lock is on from the beginning, with a short interval. */
#include <heddle/gil.h>
__attribute__((constructor)) static void turn_on(void) { hd_gil_enable(50 * HD_MICROSECOND_NS); }
